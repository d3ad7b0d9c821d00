// What this program says.

export { check, equal } from "../js/checks.mjs";

export const done = (group) => console.log(`browser: ${group}`);
