// Files and arrays that come as text. No DOM here.

/** The bytes that base64 stands for. A plain loop: `Uint8Array.from` asks a function for each letter, and takes far longer. */
export function bytesOf(/** @type {string} */ text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
