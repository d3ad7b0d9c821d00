// What this program says.

export { check, equal, has } from "../js/checks.mjs";

export const done = (group) => console.log(`browser: ${group}`);
