/** The mark of Insat: a ن that listens, its dot the voice and its bowls the ear. Decorative: the name stands beside it. */
export function Mark() {
  return (
    <svg xmlns="http://www.w3.org/2000/svg" className="mark" viewBox="0 0 48 48" width="40" height="40" aria-hidden="true" focusable="false">
      <rect width="48" height="48" rx="13" fill="#0b5d57" />
      <circle cx="24" cy="14" r="4" fill="#f2b65a" />
      <path d="M15 20a9 9 0 0 0 18 0" fill="none" stroke="#fff" strokeWidth="3.5" strokeLinecap="round" />
      <path d="M8 21a16 16 0 0 0 32 0" fill="none" stroke="#fff" strokeWidth="3.5" strokeLinecap="round" />
    </svg>
  );
}
