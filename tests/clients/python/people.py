"""Users: sign up with codes and both secrets of a client, confirm, get and find them; and after a restart."""

import re

from checks import check, equal, failure, has, messages, recent, refused, secret_hash

PASSWORD = "Correct-Horse-7-Battery"


def email(scene, who):
    return f"{who}-{scene.name}@people.example.com"


def username(scene, who):
    """What a user signs up with: an e-mail address, or a name of which the address becomes an alias."""
    return email(scene, who) if scene.sign_in_by == "UsernameAttributes" else who


def sign_up_call(scene, who, web, secret, **changes):
    name = changes.pop("Username", username(scene, who))
    attributes = [{"Name": "email", "Value": email(scene, who)}, {"Name": "custom:team", "Value": "blue"}]
    asked = {
        "ClientId": web, "SecretHash": secret_hash(name, web, secret), "Username": name, "Password": PASSWORD,
        "UserAttributes": attributes, **changes,
    }
    return lambda: scene.client.sign_up(**{key: value for key, value in asked.items() if value is not None})


def sign_up(scene, pool, web, secret):
    """Alice confirms with a code, Bob is confirmed by an administrator, Carol waits; answers Carol's code."""
    answer = sign_up_call(scene, "alice", web, secret)()
    has("sign-up", answer, {"UserConfirmed": False})
    check(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer["UserSub"]), f"unusual sub {answer['UserSub']}")
    delivery = {"Destination": "a***@p***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    equal("delivery", answer["CodeDeliveryDetails"], delivery)
    first = code(pool, email(scene, "alice"), sent=1)
    confirm(scene, pool, web, secret, first)

    password = {"short_password": "Short-1a", "password_without_uppercase": "correct-horse-7"}
    for error, wrong in password.items():
        refused(error, sign_up_call(scene, "dave", web, secret, Password=wrong))
    refused("no_secret_hash", sign_up_call(scene, "dave", web, secret, SecretHash=None), client=web)
    if scene.sign_in_by == "UsernameAttributes":
        refused("email_taken", sign_up_call(scene, "alice", web, secret))
        refused("username_is_not_an_email", sign_up_call(scene, "dave", web, secret, Username="dave"))
    else:
        refused("username_taken", sign_up_call(scene, "alice", web, secret))
        refused("username_is_an_email", sign_up_call(scene, "dave", web, secret, Username=email(scene, "dave")))
    scene.done("sign-ups with a taken name, a wrong name or a weak password are refused")

    second_secret(scene, pool, web, secret)
    sign_up_call(scene, "carol", web, secret)()
    return code(pool, email(scene, "carol"), sent=1)


def code(pool, to, sent):
    """The code of the newest of `sent` messages."""
    found = messages(pool, to)
    equal(f"messages to {to}", len(found), sent)
    newest = found[0]
    has("message", newest, {"pool": pool, "to": to, "subject": "Your code", "body": f"The code is {newest['code']}!"})
    check(re.fullmatch("[0-9]{6}", newest["code"]), f"unusual code {newest['code']}")
    return newest["code"]


def confirm(scene, pool, web, secret, first):
    name = username(scene, "alice")
    user = {"ClientId": web, "Username": name, "SecretHash": secret_hash(name, web, secret)}

    def with_code(code):
        return lambda: scene.client.confirm_sign_up(ConfirmationCode=code, **user)

    refused("wrong_code", with_code("000000" if first != "000000" else "111111"))
    resent = scene.client.resend_confirmation_code(**user)["CodeDeliveryDetails"]
    equal("delivery", resent, {"Destination": "a***@p***", "DeliveryMedium": "EMAIL", "AttributeName": "email"})
    second = code(pool, email(scene, "alice"), sent=2)
    if first != second:
        refused("wrong_code", with_code(first))
    with_code(second)()
    refused("already_confirmed", with_code(second))
    scene.done("a user confirms with the code that was sent last")


def second_secret(scene, pool, web, secret):
    """While a client has two secrets both are good; a deleted one is not."""
    client, ids = scene.client, {"UserPoolId": pool, "ClientId": web}
    added = client.add_user_pool_client_secret(**ids)["ClientSecretDescriptor"]
    check(re.fullmatch("[0-9a-z]{51,52}", added["ClientSecretValue"]), "unusual second secret")
    recent("ClientSecretCreateDate", added["ClientSecretCreateDate"])
    equal("third secret", failure("third secret", lambda: client.add_user_pool_client_secret(**ids)).code, "LimitExceededException")
    listed = client.list_user_pool_client_secrets(**ids)["ClientSecrets"]
    secrets = [item["ClientSecretId"] for item in listed]
    equal("secrets", [len(set(secrets)), added["ClientSecretId"] in secrets], [2, True])
    check(all(item.startswith(f"{web}--") for item in secrets), f"unusual secret ids {secrets}")
    check(not any(item.get("ClientSecretValue") for item in listed), "the list tells the secrets")
    sign_up_call(scene, "bob", web, added["ClientSecretValue"])()
    client.delete_user_pool_client_secret(**ids, ClientSecretId=added["ClientSecretId"])
    secrets.remove(added["ClientSecretId"])
    equal("secrets left", [item["ClientSecretId"] for item in client.list_user_pool_client_secrets(**ids)["ClientSecrets"]], secrets)
    refusal = failure("deleted secret", sign_up_call(scene, "dave", web, added["ClientSecretValue"]))
    equal("deleted secret", refusal.code, "NotAuthorizedException")
    scene.done("a second secret is added, used, listed and deleted")

    client.admin_confirm_sign_up(UserPoolId=pool, Username=username(scene, "bob"))
    refused("already_confirmed", lambda: client.admin_confirm_sign_up(UserPoolId=pool, Username=username(scene, "bob")))
    scene.done("an administrator confirms a user")


def get(scene, pool, name):
    user = scene.client.admin_get_user(UserPoolId=pool, Username=name)
    return user, {item["Name"]: item["Value"] for item in user["UserAttributes"]}


def find(scene, pool):
    status = {"alice": "CONFIRMED", "bob": "CONFIRMED", "carol": "UNCONFIRMED"}
    for who, expected in status.items():
        user, attributes = get(scene, pool, username(scene, who))
        has(who, user, {"UserStatus": expected, "Enabled": True})
        has(who, attributes, {"email": email(scene, who), "custom:team": "blue"})
        stored = attributes["sub"] if scene.sign_in_by == "UsernameAttributes" else who
        equal(f"username of {who}", user["Username"], stored)
        equal(f"{who} has a verified address", attributes.get("email_verified") == "true", who == "alice")
        recent("UserCreateDate", user["UserCreateDate"])
        recent("UserLastModifiedDate", user["UserLastModifiedDate"])
    alice = get(scene, pool, username(scene, "alice"))
    equal("Alice by e-mail address", get(scene, pool, email(scene, "alice")), alice)
    refused("unknown_user", lambda: get(scene, pool, "nobody"))
    if scene.sign_in_by == "AliasAttributes":
        # An alias works once it is verified.
        refused("unknown_user", lambda: get(scene, pool, email(scene, "bob")))
    scene.done("users are read by username and by address")

    def found(size=60, **arguments):
        users = scene.client.pages("list_users", "Users", size, UserPoolId=pool, **arguments)
        addresses = [item["Value"] for user in users for item in user["Attributes"] if item["Name"] == "email"]
        return sorted(address.split("-")[0] for address in addresses)

    filters = {
        None: list(status),
        f'email = "{email(scene, "bob")}"': ["bob"],
        f'email ^= "{email(scene, "carol")[:8]}"': ["carol"],
        'email = "bob"': [],
        'cognito:user_status = "UNCONFIRMED"': ["carol"],
        'status = "Enabled"': list(status),
        f'sub = "{alice[1]["sub"]}"': ["alice"],
    }
    for text, expected in filters.items():
        equal(f"users with {text}", found(**({"Filter": text} if text else {})), expected)
    equal("users page by page", found(size=1), list(status))
    equal("users with one attribute", found(AttributesToGet=["email"]), list(status))
    refusal = failure("bad filter", lambda: found(Filter="email is bob"))
    check(refusal.code == "InvalidParameterException" and refusal.message.startswith("Error while parsing filter"), str(refusal))
    refused("list_users_limit", lambda: scene.client.list_users(UserPoolId=pool, Limit=61))
    scene.done("users are found by filters and listed page by page")


def after_restart(scene, known):
    """Codes, secrets and unique names outlive the process that made them."""
    pool, web, secret = known["pool"], known["web"], known["secret"]
    equal("Carol's message after the restart", code(pool, email(scene, "carol"), sent=1), known["carol_code"])
    name = username(scene, "carol")
    user = {"ClientId": web, "Username": name, "SecretHash": secret_hash(name, web, secret)}
    scene.client.confirm_sign_up(ConfirmationCode=known["carol_code"], **user)
    carol, attributes = get(scene, pool, name)
    equal("Carol", [carol["UserStatus"], attributes.get("email_verified")], ["CONFIRMED", "true"])
    refused("already_confirmed", lambda: scene.client.confirm_sign_up(ConfirmationCode=known["carol_code"], **user))
    taken = "email_taken" if scene.sign_in_by == "UsernameAttributes" else "username_taken"
    refused(taken, sign_up_call(scene, "alice", web, secret))
    refused("short_password", sign_up_call(scene, "dave", web, secret, Password="Short-1a"))
    scene.done("codes, secrets, names and rules of before the restart still count")
