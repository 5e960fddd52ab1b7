/**
 * Whether two texts are the same, in a time that depends on their lengths only. For hashes of secrets: short, of one
 * length, and compared on the path of every check, where `timingSafeEqual` would first have to copy both into buffers.
 */
export function sameText(left: string, right: string): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index += 1) difference |= left.charCodeAt(index) ^ right.charCodeAt(index)
  return difference === 0
}
