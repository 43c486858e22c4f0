// Where a window goes when it is moved or resized; all values are shares of the photo's width and height.
//
// `rule` says what the study lets a window be: {aspect} is its height over its width in shares (null: any, as for a box
// around a subject), {least} and {most} are its smallest and largest width, equal where the size may not change.

export const STEP = 0.02; // of the photo, for one press of a key
export const FINE = 0.004;

const bounded = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

/** Push a window back into the photo; its size stays. */
export function inside(box) {
  return { ...box, left: bounded(box.left, 0, 1 - box.width), top: bounded(box.top, 0, 1 - box.height) };
}

/** Move a window by shares of the photo. */
export function moved(box, dx, dy) {
  return inside({ ...box, left: box.left + dx, top: box.top + dy });
}

/** Make a window so wide, about its middle, within what the rule and the photo allow. */
export function resized(box, width, rule) {
  const aspect = rule.aspect ?? box.height / box.width;
  const most = Math.min(rule.most ?? 1, 1, 1 / aspect);
  const fitting = bounded(width, rule.least ?? 0, most);
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const height = fitting * aspect;
  return inside({ left: x - fitting / 2, top: y - height / 2, width: fitting, height });
}

/** The window between a corner that stays and one that follows the pointer; both are points {x, y}. */
export function between(fixed, pointer, rule) {
  const to = { x: bounded(pointer.x, 0, 1), y: bounded(pointer.y, 0, 1) };
  const [right, down] = [to.x >= fixed.x, to.y >= fixed.y];
  let [width, height] = [Math.abs(to.x - fixed.x), Math.abs(to.y - fixed.y)];
  if (rule.aspect) {
    const room = Math.min(right ? 1 - fixed.x : fixed.x, (down ? 1 - fixed.y : fixed.y) / rule.aspect);
    width = bounded(Math.max(width, height / rule.aspect), rule.least ?? 0, Math.min(rule.most ?? 1, room));
    height = width * rule.aspect;
  }
  return inside({ left: right ? fixed.x : fixed.x - width, top: down ? fixed.y : fixed.y - height, width, height });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Where a key takes a window: arrows move, with Shift they resize, + and - too, Alt makes steps small; null for others. */
export function keyed(box, { key, shiftKey = false, altKey = false }, rule) {
  const step = altKey ? FINE : STEP;
  const arrow = ARROWS[key];
  if (arrow && !shiftKey) return moved(box, arrow[0] * step, arrow[1] * step);
  if (arrow && !rule.aspect) return stretched(box, arrow[0] * step, arrow[1] * step);
  if (arrow) return resized(box, box.width + (arrow[0] - arrow[1]) * step, rule);
  if (key === "+" || key === "=") return resized(box, box.width + step, rule);
  if (key === "-" || key === "_") return resized(box, box.width - step, rule);
  return null;
}

function stretched(box, dx, dy) {
  const width = bounded(box.width + dx, STEP, 1 - box.left);
  return { ...box, width, height: bounded(box.height + dy, STEP, 1 - box.top) };
}

/** Which corner of a window is within reach of a point, as the opposite corner that stays; null if none is. */
export function cornerAt(box, point, reach) {
  for (const [x, y, fixedX, fixedY] of corners(box)) {
    if (Math.abs(point.x - x) <= reach.x && Math.abs(point.y - y) <= reach.y) return { x: fixedX, y: fixedY };
  }
  return null;
}

export function corners({ left, top, width, height }) {
  const [right, bottom] = [left + width, top + height];
  return [
    [left, top, right, bottom],
    [right, top, left, bottom],
    [left, bottom, right, top],
    [right, bottom, left, top],
  ];
}

export function contains(box, point) {
  return (
    point.x >= box.left && point.x <= box.left + box.width && point.y >= box.top && point.y <= box.top + box.height
  );
}
