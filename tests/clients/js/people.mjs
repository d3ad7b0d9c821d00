// Users: sign up with codes and both secrets of a client, confirm, get and find them; and after a restart.

import { paginateListUsers } from "@aws-sdk/client-cognito-identity-provider";
import { NAME, check, cognito, done, equal, failure, has, messages, pages, recent, refused, secretHash } from "./checks.mjs";

const PASSWORD = "Correct-Horse-7-Battery";
const DELIVERY = { Destination: "a***@p***", DeliveryMedium: "EMAIL", AttributeName: "email" };

const email = (who) => `${who}-${NAME}@people.example.com`;

/** A sign-up under a plain name; the address becomes an alias. */
function signUp({ web, secret }, who, changes = {}) {
  const Username = changes.Username ?? who;
  return () =>
    cognito.signUp({
      ClientId: web,
      SecretHash: secretHash(Username, web, secret),
      Username,
      Password: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: email(who) },
        { Name: "custom:team", Value: "blue" },
      ],
      ...changes,
    });
}

const asUser = ({ web, secret }, who) => ({ ClientId: web, Username: who, SecretHash: secretHash(who, web, secret) });

/** The code of the newest of `sent` messages. */
async function codeSent(pool, to, sent) {
  const found = await messages(pool, to);
  equal(`messages to ${to}`, found.length, sent);
  const { code } = found[0];
  check(/^[0-9]{6}$/.test(code), `unusual code ${code}`);
  has("message", found[0], { pool, to, subject: "Your code", body: `The code is ${code}!` });
  return code;
}

/** Alice confirms with a code, Bob is confirmed by an administrator, Carol waits; answers Carol's code. */
export async function signUps(known) {
  const answer = await signUp(known, "alice")();
  equal("sign-up", answer.UserConfirmed, false);
  check(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(answer.UserSub), `unusual sub ${answer.UserSub}`);
  equal("delivery", answer.CodeDeliveryDetails, DELIVERY);
  await confirmAlice(known);

  await refused("short_password", signUp(known, "dave", { Password: "Short-1a" }));
  await refused("password_without_uppercase", signUp(known, "dave", { Password: "correct-horse-7" }));
  await refused("no_secret_hash", signUp(known, "dave", { SecretHash: undefined }), { client: known.web });
  await refused("username_taken", signUp(known, "alice"));
  await refused("username_is_an_email", signUp(known, "dave", { Username: email("dave") }));
  done("sign-ups with a taken name, a wrong name or a weak password are refused");

  await secondSecret(known);
  const bob = { UserPoolId: known.pool, Username: "bob" };
  await cognito.adminConfirmSignUp(bob);
  await refused("already_confirmed", () => cognito.adminConfirmSignUp(bob));
  done("an administrator confirms a user");

  await signUp(known, "carol")();
  return codeSent(known.pool, email("carol"), 1);
}

async function confirmAlice(known) {
  const user = asUser(known, "alice");
  const confirmWith = (ConfirmationCode) => () => cognito.confirmSignUp({ ...user, ConfirmationCode });
  const first = await codeSent(known.pool, email("alice"), 1);
  await refused("wrong_code", confirmWith(first === "000000" ? "111111" : "000000"));
  equal("delivery", (await cognito.resendConfirmationCode(user)).CodeDeliveryDetails, DELIVERY);
  const second = await codeSent(known.pool, email("alice"), 2);
  if (first !== second) await refused("wrong_code", confirmWith(first));
  await confirmWith(second)();
  await refused("already_confirmed", confirmWith(second));
  done("a user confirms with the code that was sent last");
}

/** While a client has two secrets both are good; a deleted one is not. */
async function secondSecret(known) {
  const client = { UserPoolId: known.pool, ClientId: known.web };
  const ids = (list) => list.ClientSecrets.map((item) => item.ClientSecretId);
  const added = (await cognito.addUserPoolClientSecret(client)).ClientSecretDescriptor;
  check(/^[0-9a-z]{51,52}$/.test(added.ClientSecretValue), "unusual second secret");
  recent("ClientSecretCreateDate", added.ClientSecretCreateDate);
  const third = await failure("third secret", () => cognito.addUserPoolClientSecret(client));
  equal("third secret", third.name, "LimitExceededException");
  const listed = await cognito.listUserPoolClientSecrets(client);
  const two = ids(listed);
  equal("secrets", [new Set(two).size, two.includes(added.ClientSecretId)], [2, true]);
  check(two.every((id) => id.startsWith(`${known.web}--`)), `unusual secret ids ${two}`);
  check(!listed.ClientSecrets.some((item) => item.ClientSecretValue), "the list tells the secrets");

  await signUp({ ...known, secret: added.ClientSecretValue }, "bob")();
  await cognito.deleteUserPoolClientSecret({ ...client, ClientSecretId: added.ClientSecretId });
  const left = two.filter((id) => id !== added.ClientSecretId);
  equal("secrets left", ids(await cognito.listUserPoolClientSecrets(client)), left);
  const refusal = await failure("deleted secret", signUp({ ...known, secret: added.ClientSecretValue }, "dave"));
  equal("deleted secret", refusal.name, "NotAuthorizedException");
  done("a second secret is added, used, listed and deleted");
}

export async function getUser(UserPoolId, Username) {
  const { UserAttributes, ...user } = await cognito.adminGetUser({ UserPoolId, Username });
  return { ...user, attributes: Object.fromEntries(UserAttributes.map((item) => [item.Name, item.Value])) };
}

export async function find({ pool }) {
  const status = { alice: "CONFIRMED", bob: "CONFIRMED", carol: "UNCONFIRMED" };
  const everyone = Object.keys(status);
  for (const who of everyone) {
    const user = await getUser(pool, who);
    has(who, user, { Username: who, UserStatus: status[who], Enabled: true });
    has(who, user.attributes, { email: email(who), "custom:team": "blue" });
    equal(`${who} has a verified address`, user.attributes.email_verified === "true", who === "alice");
    recent("UserCreateDate", user.UserCreateDate);
    recent("UserLastModifiedDate", user.UserLastModifiedDate);
  }
  const alice = await getUser(pool, "alice");
  equal("Alice by e-mail address", await getUser(pool, email("alice")), alice);
  await refused("unknown_user", () => getUser(pool, "nobody"));
  // An alias works once it is verified.
  await refused("unknown_user", () => getUser(pool, email("bob")));
  done("users are read by username and by address");

  async function found(input = {}, pageSize = 60) {
    const users = await pages(paginateListUsers, "Users", pageSize, { UserPoolId: pool, ...input });
    const addresses = users.flatMap((user) => user.Attributes.filter((item) => item.Name === "email"));
    return addresses.map((item) => item.Value.split("-")[0]).sort();
  }
  const filters = {
    [`email = "${email("bob")}"`]: ["bob"],
    [`email ^= "${email("carol").slice(0, 8)}"`]: ["carol"],
    'email = "bob"': [],
    'username = "bob"': ["bob"],
    'cognito:user_status = "UNCONFIRMED"': ["carol"],
    'status = "Enabled"': everyone,
    [`sub = "${alice.attributes.sub}"`]: ["alice"],
  };
  for (const [Filter, expected] of Object.entries(filters)) equal(`users with ${Filter}`, await found({ Filter }), expected);
  equal("users page by page", await found({}, 1), everyone);
  equal("users with one attribute", await found({ AttributesToGet: ["email"] }), everyone);
  const refusal = await failure("bad filter", () => found({ Filter: "email is bob" }));
  check(refusal.name === "InvalidParameterException" && refusal.message.startsWith("Error while parsing filter"), `${refusal}`);
  await refused("list_users_limit", () => cognito.listUsers({ UserPoolId: pool, Limit: 61 }));
  done("users are found by filters and listed page by page");
}

/** Codes, secrets and unique names outlive the process that made them. */
export async function afterRestart(known) {
  const { pool, carolCode: ConfirmationCode } = known;
  equal("Carol's message after the restart", await codeSent(pool, email("carol"), 1), ConfirmationCode);
  const confirm = () => cognito.confirmSignUp({ ...asUser(known, "carol"), ConfirmationCode });
  await confirm();
  const carol = await getUser(pool, "carol");
  equal("Carol", [carol.UserStatus, carol.attributes.email_verified], ["CONFIRMED", "true"]);
  await refused("already_confirmed", confirm);
  await refused("username_taken", signUp(known, "alice"));
  await refused("short_password", signUp(known, "dave", { Password: "Short-1a" }));
  done("codes, secrets, names and rules of before the restart still count");
}
