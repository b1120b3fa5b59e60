/**
 * Computes which plural form a number takes from a gettext Plural-Forms expression.
 *
 * The page's policy forbids `eval`, so the C expression (`n%10==1 && n%100!=11 ? 0 : 1`) is parsed
 * by descent, lowest precedence first. Grammar: GNU gettext manual, "Plural forms".
 */

/** Binary operators by precedence, loosest first. */
const LEVELS = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"]];

/** @type {Record<string, (left: number, right: number) => number>} */
const OPERATIONS = {
  "||": (left, right) => Number(left !== 0 || right !== 0),
  "&&": (left, right) => Number(left !== 0 && right !== 0),
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  "<=": (left, right) => Number(left <= right),
  ">=": (left, right) => Number(left >= right),
  "<": (left, right) => Number(left < right),
  ">": (left, right) => Number(left > right),
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => Math.trunc(left / right),
  "%": (left, right) => left % right,
};

/**
 * @param {string} expression from the catalogue's header, without `plural=`
 * @param {number} n
 * @returns {number} index of the form; 0 or 1 as in English when the expression cannot be read
 */
export function pluralIndex(expression, n) {
  const tokens = expression.match(/\d+|n|[|]{2}|&&|[=!<>]=|[<>?:()%*/+!-]/g) ?? [];
  let at = 0;
  const next = () => tokens[at++];

  /** @returns {number} */
  const choice = () => {
    const condition = binary(0);
    if (tokens[at] !== "?") return condition;
    next();
    const yes = choice();
    if (next() !== ":") throw new SyntaxError(expression);
    const no = choice();
    return condition !== 0 ? yes : no;
  };
  /** @param {number} level @returns {number} */
  const binary = (level) => {
    const operators = LEVELS[level];
    if (operators === undefined) return single();
    let left = binary(level + 1);
    while (operators.includes(tokens[at] ?? "")) {
      const operation = OPERATIONS[/** @type {string} */ (next())];
      if (operation !== undefined) left = operation(left, binary(level + 1));
    }
    return left;
  };
  /** @returns {number} */
  const single = () => {
    const token = next();
    if (token === "n") return n;
    if (token === "!") return Number(single() === 0);
    if (token === "(") {
      const inner = choice();
      if (next() !== ")") throw new SyntaxError(expression);
      return inner;
    }
    if (token === undefined || !/^\d+$/.test(token)) throw new SyntaxError(expression);
    return Number(token);
  };

  try {
    const index = choice();
    return at === tokens.length ? index : Number(n !== 1);
  } catch (error) {
    if (error instanceof SyntaxError) return Number(n !== 1);
    throw error;
  }
}
