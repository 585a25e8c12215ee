import { readFileSync } from 'node:fs';

/** Prints "passed failed" of a vitest JSON report; whatever is neither passed nor failed counts as failed. */
const { testResults, success } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
const passed = tests.filter(({ status }) => status === 'passed').length;
const broken = testResults.filter(({ status, assertionResults }) => status !== 'passed' && assertionResults.every((one) => one.status === 'passed'));
const failed = tests.length - passed + broken.length;
console.log(passed, failed === 0 && (!success || passed === 0) ? 1 : failed);
