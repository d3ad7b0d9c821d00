"""User pools and their domains: create, describe, update, schema, MFA, tags, list."""

import json
import re

from checks import EXPECTED, REGION, check, equal, has, plain, recent, refused

EMAIL = {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}
TEAM = {
    "Name": "team", "AttributeDataType": "String", "Mutable": True,
    "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "40"},
}
LEVEL = {
    "Name": "level", "AttributeDataType": "Number", "Mutable": True,
    "NumberAttributeConstraints": {"MinValue": "0", "MaxValue": "10"},
}
POLICY = {
    "MinimumLength": 10, "RequireUppercase": True, "RequireLowercase": True, "RequireNumbers": True,
    "RequireSymbols": False, "TemporaryPasswordValidityDays": 3,
}
ADMIN = {
    "AllowAdminCreateUserOnly": False,
    "InviteMessageTemplate": {"EmailSubject": "Welcome", "EmailMessage": "Hello {username}, your password is {####}."},
}
TEMPLATE = {
    "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailSubject": "Your code", "EmailMessage": "The code is {####}!",
}


def create(scene):
    """Answers the ids of the pool, its ARN, and the id of a second pool that has a name and nothing else."""
    client = scene.client
    settings = {
        "PoolName": scene.name, scene.sign_in_by: ["email"], "UsernameConfiguration": {"CaseSensitive": False},
        "Policies": {"PasswordPolicy": POLICY}, "AutoVerifiedAttributes": ["email"], "Schema": [EMAIL, TEAM],
        "AdminCreateUserConfig": ADMIN, "UserPoolTags": {"env": "test", "owner": "scene"},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    }
    both = {**settings, "UsernameAttributes": ["email"], "AliasAttributes": ["email"]}
    refused("alias_and_username_attributes", lambda: client.create_user_pool(**both))
    created = client.create_user_pool(**settings)["UserPool"]
    pool_id = created["Id"]
    check(re.fullmatch(REGION + "_[0-9A-Za-z]{9}", pool_id), f"unusual pool id {pool_id}")
    pool = describe(client, pool_id)
    equal("describe after create", pool, created)
    check(re.fullmatch(rf"arn:aws:cognito-idp:{REGION}:\d{{12}}:userpool/{pool_id}", pool["Arn"]), pool["Arn"])
    echoed = (scene.sign_in_by, "AutoVerifiedAttributes", "UsernameConfiguration", "UserPoolTags", "AccountRecoverySetting")
    has("pool", pool, {"Name": scene.name, **{member: settings[member] for member in echoed}})
    equal("password policy", pool["Policies"]["PasswordPolicy"], POLICY)
    has("invitation", pool["AdminCreateUserConfig"], ADMIN)
    recent("CreationDate", pool["CreationDate"])
    recent("LastModifiedDate", pool["LastModifiedDate"])
    schema(pool)
    scene.done("a pool is created and described, with its schema, defaults and dates")

    bare = client.create_user_pool(PoolName=f"{scene.name}-bare")["UserPool"]
    has("defaults of a pool", plain(bare), EXPECTED["pool_defaults"])
    scene.done("a pool with only a name has the defaults")

    update(scene, pool)
    custom_attributes(scene, pool_id)
    mfa(scene, pool_id)
    tags(scene, pool)
    listed = [item["Id"] for item in client.pages("list_user_pools", "UserPools", 1)]
    equal("times that each pool is listed", [listed.count(pool_id), listed.count(bare["Id"])], [1, 1])
    refused("malformed_pool", lambda: client.describe_user_pool(UserPoolId="string"))
    unknown = f"{REGION}_000000000"
    refused("unknown_pool", lambda: client.describe_user_pool(UserPoolId=unknown), pool=unknown)
    scene.done("pools are listed page by page, wrong ids are refused")
    return pool_id, pool["Arn"], bare["Id"]


def describe(client, pool_id):
    return client.describe_user_pool(UserPoolId=pool_id)["UserPool"]


def attributes(pool):
    return {item["Name"]: item for item in pool["SchemaAttributes"]}


def schema(pool):
    """The standard attributes to the letter, `email` required as asked, and `identities` where it is there."""
    found = attributes(pool)
    for item in EXPECTED["standard_attributes"]:
        expected = {**item, "Required": item["Name"] in ("email", "sub")}
        equal(f"attribute {item['Name']}", found.get(item["Name"]), expected)
    team = {**TEAM, "Name": "custom:team", "DeveloperOnlyAttribute": False, "Required": False}
    equal("custom attribute", found.get("custom:team"), team)
    if "identities" in found:
        equal("identities", found["identities"], EXPECTED["identities_attribute"])
    equal("number of attributes", len(pool["SchemaAttributes"]), 21 + ("identities" in found))


def update(scene, pool):
    policy = {**POLICY, "MinimumLength": 12}
    settings = {
        "DeletionProtection": "ACTIVE", "AutoVerifiedAttributes": ["email"], "AdminCreateUserConfig": ADMIN,
        "UserPoolTags": {"env": "test", "owner": "team"},
    }
    scene.client.update_user_pool(
        UserPoolId=pool["Id"], Policies={"PasswordPolicy": policy}, VerificationMessageTemplate=TEMPLATE, **settings)
    updated = describe(scene.client, pool["Id"])
    has("updated pool", {**updated, "AdminCreateUserConfig": {key: updated["AdminCreateUserConfig"][key] for key in ADMIN}}, settings)
    equal("updated policy", updated["Policies"]["PasswordPolicy"], policy)
    has("updated template", updated["VerificationMessageTemplate"], TEMPLATE)
    kept = ("Name", "Arn", "CreationDate", "SchemaAttributes", "UsernameConfiguration", scene.sign_in_by)
    has("what an update leaves alone", updated, {member: pool[member] for member in kept})
    check(updated["LastModifiedDate"] >= pool["LastModifiedDate"], "LastModifiedDate went back")
    check("admin_only" not in json.dumps(updated.get("AccountRecoverySetting")), "an omitted setting kept its value")
    scene.done("an update replaces the settings of the pool")


def custom_attributes(scene, pool_id):
    def add():
        return scene.client.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=[LEVEL])

    add()
    refused("existing_custom_attribute", add)
    level = {**LEVEL, "Name": "custom:level", "DeveloperOnlyAttribute": False, "Required": False}
    equal("added attribute", attributes(describe(scene.client, pool_id)).get("custom:level"), level)
    scene.done("custom attributes are added once")


def mfa(scene, pool_id):
    asked = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL"}
    set_mfa = scene.client.set_user_pool_mfa_config
    refused("mfa_without_factor", lambda: set_mfa(UserPoolId=pool_id, MfaConfiguration="ON"))
    has("set MFA", set_mfa(UserPoolId=pool_id, **asked), asked)
    has("get MFA", scene.client.get_user_pool_mfa_config(UserPoolId=pool_id), asked)
    equal("MFA of the pool", describe(scene.client, pool_id)["MfaConfiguration"], "OPTIONAL")
    scene.done("TOTP is made optional")


def tags(scene, pool):
    scene.client.tag_resource(ResourceArn=pool["Arn"], Tags={"stage": "two", "env": "prod"})
    scene.client.untag_resource(ResourceArn=pool["Arn"], TagKeys=["owner"])
    expected = {"stage": "two", "env": "prod"}
    equal("tags", scene.client.list_tags_for_resource(ResourceArn=pool["Arn"])["Tags"], expected)
    equal("tags of the pool", describe(scene.client, pool["Id"])["UserPoolTags"], expected)
    scene.done("tags are set, replaced and removed")


def domains(scene, pool_id, bare_id):
    client, prefix, other = scene.client, scene.name, f"{scene.name}-bare"
    equal("unknown domain", client.describe_user_pool_domain(Domain=prefix)["DomainDescription"], {})
    client.create_user_pool_domain(Domain=prefix, UserPoolId=pool_id, ManagedLoginVersion=2)
    domain = client.describe_user_pool_domain(Domain=prefix)["DomainDescription"]
    has("domain", domain, {"UserPoolId": pool_id, "Domain": prefix, "Status": "ACTIVE", "ManagedLoginVersion": 2})
    for member in ("AWSAccountId", "S3Bucket", "CloudFrontDistribution", "Version"):
        check(domain.get(member), f"domain without {member}")
    equal("domain of the pool", describe(client, pool_id).get("Domain"), prefix)
    refused("domain_taken", lambda: client.create_user_pool_domain(Domain=prefix, UserPoolId=bare_id))

    client.create_user_pool_domain(Domain=other, UserPoolId=bare_id)
    refused("pool_has_domain", lambda: client.delete_user_pool(UserPoolId=bare_id))
    client.delete_user_pool_domain(Domain=other, UserPoolId=bare_id)
    equal("deleted domain", client.describe_user_pool_domain(Domain=other)["DomainDescription"], {})
    scene.done("domains are created and deleted, belong to one pool and hold it")
