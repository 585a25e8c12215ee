const post = async (path, body, headers) => {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const answer = await response.json();
  return response.ok ? { answer } : { wrong: answer.errors?.[0]?.path ?? answer.code };
};

/** `answer`, or what is `wrong`: the field, else the error's code. */
export const ask = (path, body, headers = {}) => post(path, body, headers).catch(() => ({ wrong: 'away' }));
