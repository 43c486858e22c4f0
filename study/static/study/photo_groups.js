// Photos that come in one answer: a request for each would cost the server as much as an answer does.

const MOST = 10; // as the server allows
const MOST_BYTES = 512 * 1024; // a lost connection costs no more than this, and progress is told as often

// Splits addresses of photos, of which each has so many bytes, into groups that are asked for together; photos of
// unknown size (0) come one by one.
export function groupsOf(addresses, bytes) {
  const size = bytes > 0 ? Math.max(1, Math.min(MOST, Math.floor(MOST_BYTES / bytes))) : 1;
  const groups = [];
  for (let first = 0; first < addresses.length; first += size) groups.push(addresses.slice(first, first + size));
  return groups;
}

// The address of a group: that of its first photo, and the names of the others.
export function addressOf([first, ...others]) {
  return [first, ...others.map((address) => address.slice(address.lastIndexOf("/") + 1))].join(",");
}

// Cuts what came for a group into the files of its photos.
export function filesOf(content, group) {
  const bytes = content.size / group.length;
  return group.map((_, place) => content.slice(place * bytes, (place + 1) * bytes));
}
