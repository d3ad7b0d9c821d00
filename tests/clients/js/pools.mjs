// User pools and their domains: create, describe, update, schema, MFA, tags, list.

import { paginateListUserPools } from "@aws-sdk/client-cognito-identity-provider";
import { EXPECTED, NAME, REGION, check, cognito, done, equal, has, pages, recent, refused } from "./checks.mjs";

const EMAIL = { Name: "email", AttributeDataType: "String", Required: true, Mutable: true };
const TEAM = {
  Name: "team",
  AttributeDataType: "String",
  Mutable: true,
  StringAttributeConstraints: { MinLength: "1", MaxLength: "40" },
};
const LEVEL = {
  Name: "level",
  AttributeDataType: "Number",
  Mutable: true,
  NumberAttributeConstraints: { MinValue: "0", MaxValue: "10" },
};
const POLICY = {
  MinimumLength: 10,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: false,
  TemporaryPasswordValidityDays: 3,
};
const ADMIN = {
  AllowAdminCreateUserOnly: false,
  InviteMessageTemplate: { EmailSubject: "Welcome", EmailMessage: "Hello {username}, your password is {####}." },
};
const TEMPLATE = {
  DefaultEmailOption: "CONFIRM_WITH_CODE",
  EmailSubject: "Your code",
  EmailMessage: "The code is {####}!",
};

const describe = async (UserPoolId) => (await cognito.describeUserPool({ UserPoolId })).UserPool;
const attribute = (pool, name) => pool.SchemaAttributes.find((item) => item.Name === name);

/** Answers the pool, and the id of a second pool that has a name and nothing else. */
export async function createPools() {
  const settings = {
    PoolName: NAME,
    AliasAttributes: ["email", "preferred_username"],
    UsernameConfiguration: { CaseSensitive: false },
    Policies: { PasswordPolicy: POLICY },
    AutoVerifiedAttributes: ["email"],
    Schema: [EMAIL, TEAM],
    AdminCreateUserConfig: ADMIN,
    UserPoolTags: { env: "test", owner: "scene" },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
  };
  const both = { ...settings, UsernameAttributes: ["email"] };
  await refused("alias_and_username_attributes", () => cognito.createUserPool(both));
  const created = (await cognito.createUserPool(settings)).UserPool;
  const pool = await describe(created.Id);
  equal("describe after create", pool, created);
  check(new RegExp(`^${REGION}_[0-9A-Za-z]{9}$`).test(pool.Id), `unusual pool id ${pool.Id}`);
  check(new RegExp(`^arn:aws:cognito-idp:${REGION}:\\d{12}:userpool/${pool.Id}$`).test(pool.Arn), pool.Arn);
  const { PoolName, Policies, Schema, AdminCreateUserConfig, AliasAttributes, ...echoed } = settings;
  has("pool", pool, { Name: NAME, ...echoed });
  equal("aliases", pool.AliasAttributes.toSorted(), AliasAttributes);
  equal("password policy", pool.Policies.PasswordPolicy, POLICY);
  has("invitation", pool.AdminCreateUserConfig, ADMIN);
  recent("CreationDate", pool.CreationDate);
  recent("LastModifiedDate", pool.LastModifiedDate);
  schema(pool);
  done("a pool is created and described, with its schema, defaults and dates");

  const bare = (await cognito.createUserPool({ PoolName: `${NAME}-bare` })).UserPool;
  has("defaults of a pool", bare, EXPECTED.pool_defaults);
  done("a pool with only a name has the defaults");

  await update(pool);
  await customAttributes(pool.Id);
  await mfa(pool.Id);
  await tags(pool);
  const listed = (await pages(paginateListUserPools, "UserPools", 1)).map((item) => item.Id);
  const times = [pool.Id, bare.Id].map((id) => listed.filter((item) => item === id).length);
  equal("times that each pool is listed", times, [1, 1]);
  await refused("malformed_pool", () => describe("string"));
  const unknown = `${REGION}_000000000`;
  await refused("unknown_pool", () => describe(unknown), { pool: unknown });
  done("pools are listed page by page, wrong ids are refused");
  return [pool, bare.Id];
}

/** The standard attributes to the letter, `email` required as asked, and `identities` where it is there. */
function schema(pool) {
  for (const item of EXPECTED.standard_attributes) {
    const expected = { ...item, Required: ["email", "sub"].includes(item.Name) };
    equal(`attribute ${item.Name}`, attribute(pool, item.Name), expected);
  }
  const team = { ...TEAM, Name: "custom:team", DeveloperOnlyAttribute: false, Required: false };
  equal("custom attribute", attribute(pool, "custom:team"), team);
  const identities = attribute(pool, "identities");
  if (identities) equal("identities", identities, EXPECTED.identities_attribute);
  equal("number of attributes", pool.SchemaAttributes.length, identities ? 22 : 21);
}

async function update(pool) {
  const policy = { ...POLICY, MinimumLength: 12 };
  const settings = {
    DeletionProtection: "ACTIVE",
    AutoVerifiedAttributes: ["email"],
    UserPoolTags: { env: "test", owner: "team" },
  };
  await cognito.updateUserPool({
    UserPoolId: pool.Id,
    Policies: { PasswordPolicy: policy },
    VerificationMessageTemplate: TEMPLATE,
    AdminCreateUserConfig: ADMIN,
    ...settings,
  });
  const updated = await describe(pool.Id);
  has("updated pool", updated, settings);
  has("updated invitation", updated.AdminCreateUserConfig, ADMIN);
  equal("updated policy", updated.Policies.PasswordPolicy, policy);
  has("updated template", updated.VerificationMessageTemplate, TEMPLATE);
  const { Name, Arn, CreationDate, SchemaAttributes, UsernameConfiguration, AliasAttributes } = pool;
  const kept = { Name, Arn, CreationDate, SchemaAttributes, UsernameConfiguration, AliasAttributes };
  has("what an update leaves alone", updated, kept);
  check(updated.LastModifiedDate >= pool.LastModifiedDate, "LastModifiedDate went back");
  const recovery = updated.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  check(!recovery.some((item) => item.Name === "admin_only"), "an omitted setting kept its value");
  done("an update replaces the settings of the pool");
}

async function customAttributes(UserPoolId) {
  const add = () => cognito.addCustomAttributes({ UserPoolId, CustomAttributes: [LEVEL] });
  await add();
  await refused("existing_custom_attribute", add);
  const level = { ...LEVEL, Name: "custom:level", DeveloperOnlyAttribute: false, Required: false };
  equal("added attribute", attribute(await describe(UserPoolId), "custom:level"), level);
  done("custom attributes are added once");
}

async function mfa(UserPoolId) {
  const asked = { SoftwareTokenMfaConfiguration: { Enabled: true }, MfaConfiguration: "OPTIONAL" };
  const none = { UserPoolId, MfaConfiguration: "ON" };
  await refused("mfa_without_factor", () => cognito.setUserPoolMfaConfig(none));
  has("set MFA", await cognito.setUserPoolMfaConfig({ UserPoolId, ...asked }), asked);
  has("get MFA", await cognito.getUserPoolMfaConfig({ UserPoolId }), asked);
  equal("MFA of the pool", (await describe(UserPoolId)).MfaConfiguration, "OPTIONAL");
  done("TOTP is made optional");
}

async function tags({ Arn: ResourceArn, Id }) {
  const expected = { stage: "two", env: "prod" };
  await cognito.tagResource({ ResourceArn, Tags: expected });
  await cognito.untagResource({ ResourceArn, TagKeys: ["owner"] });
  equal("tags", (await cognito.listTagsForResource({ ResourceArn })).Tags, expected);
  equal("tags of the pool", (await describe(Id)).UserPoolTags, expected);
  done("tags are set, replaced and removed");
}

export const domain = async (Domain) => (await cognito.describeUserPoolDomain({ Domain })).DomainDescription;

export async function domains(pool, bare) {
  const other = `${NAME}-bare`;
  equal("unknown domain", await domain(NAME), {});
  await cognito.createUserPoolDomain({ Domain: NAME, UserPoolId: pool, ManagedLoginVersion: 2 });
  const found = await domain(NAME);
  has("domain", found, { UserPoolId: pool, Domain: NAME, Status: "ACTIVE", ManagedLoginVersion: 2 });
  for (const member of ["AWSAccountId", "S3Bucket", "CloudFrontDistribution", "Version"]) {
    check(found[member], `domain without ${member}`);
  }
  equal("domain of the pool", (await describe(pool)).Domain, NAME);
  await refused("domain_taken", () => cognito.createUserPoolDomain({ Domain: NAME, UserPoolId: bare }));

  await cognito.createUserPoolDomain({ Domain: other, UserPoolId: bare });
  await refused("pool_has_domain", () => cognito.deleteUserPool({ UserPoolId: bare }));
  await cognito.deleteUserPoolDomain({ Domain: other, UserPoolId: bare });
  equal("deleted domain", await domain(other), {});
  done("domains are created and deleted, belong to one pool and hold it");
}
