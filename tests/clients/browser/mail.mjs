// What was sent to people.

import { nextEndpoint } from "../js/checks.mjs";
import { check } from "./told.mjs";

/** Waits for the newest message to this address that was sent after a moment. */
export async function messageTo(to, after) {
  const query = new URLSearchParams({ to, after: after.toISOString(), wait: "10" });
  const answer = await fetch(`${nextEndpoint().origin}/_poolhouse/messages?${query}`);
  const { messages } = await answer.json();
  check(messages.length > 0, `no message to ${to}`);
  return messages[0];
}

export const codeFor = async (to, after) => (await messageTo(to, after)).code;
