"""The three acts of the Python scenes: build, verify after a restart, teardown."""

import json
import os
import sys
from pathlib import Path

import app_clients
import people
import pools
import providers
from checks import Refused, Scene, SceneFailure, equal, plain, refused


def run(client, program, sign_in_by):
    acts = {"build": build, "verify": verify, "teardown": teardown}
    if len(sys.argv) != 2 or sys.argv[1] not in acts:
        sys.exit(f"usage: {sys.argv[0]} {' | '.join(acts)}")
    scene = Scene(client, program, f"scene-{program}-{os.environ['SCENE_NAME']}".lower(), sign_in_by)
    try:
        acts[sys.argv[1]](scene, Path(os.environ["SCENE_STATE"]))
    except (SceneFailure, Refused) as problem:
        sys.exit(f"{program}: {sys.argv[1]} FAILED: {problem}")


def build(scene, state):
    known = {}
    known["pool"], known["arn"], known["bare"] = pools.create(scene)
    pools.domains(scene, known["pool"], known["bare"])
    providers.identity_providers(scene, known["pool"])
    providers.resource_server(scene, known["pool"])
    known["web"], known["secret"], known["public"] = app_clients.create(scene, known["pool"])
    known["carol_code"] = people.sign_up(scene, known["pool"], known["web"], known["secret"])
    people.find(scene, known["pool"])
    known["seen"] = snapshot(scene, known)
    state.write_text(json.dumps(known, indent=1))


def verify(scene, state):
    known = json.loads(state.read_text())
    now = snapshot(scene, known)
    for what, answer in known["seen"].items():
        equal(f"{what} after the restart", now[what], answer)
    scene.done("everything reads as it did before the restart")
    people.after_restart(scene, known)


def snapshot(scene, known):
    """Every describe, get and list answer about what the scene made."""
    client, pool = scene.client, {"UserPoolId": known["pool"]}
    names = [item["ProviderName"] for item in scene.client.pages("list_identity_providers", "Providers", 60, **pool)]
    own = (known["pool"], known["bare"])
    return plain({
        "pool": client.describe_user_pool(**pool),
        "bare pool": client.describe_user_pool(UserPoolId=known["bare"]),
        "pools": [item for item in client.pages("list_user_pools", "UserPools", 60) if item["Id"] in own],
        "MFA": client.get_user_pool_mfa_config(**pool),
        "tags": client.list_tags_for_resource(ResourceArn=known["arn"]),
        "domain": client.describe_user_pool_domain(Domain=scene.name),
        "providers": [client.describe_identity_provider(ProviderName=name, **pool) for name in names],
        "provider by identifier": client.get_identity_provider_by_identifier(IdpIdentifier="corp.example", **pool),
        "resource server": client.describe_resource_server(Identifier=providers.API, **pool),
        "client": client.describe_user_pool_client(ClientId=known["web"], **pool),
        "public client": client.describe_user_pool_client(ClientId=known["public"], **pool),
        "clients": client.pages("list_user_pool_clients", "UserPoolClients", 60, **pool),
        "secrets": client.list_user_pool_client_secrets(ClientId=known["web"], **pool),
        "users": client.pages("list_users", "Users", 60, **pool),
    })


def teardown(scene, state):
    known = json.loads(state.read_text())
    client, pool = scene.client, {"UserPoolId": known["pool"]}
    for web in (known["web"], known["public"]):
        client.delete_user_pool_client(ClientId=web, **pool)
        refused("unknown_client", lambda: client.describe_user_pool_client(ClientId=web, **pool), client=web)
    equal("clients left", client.pages("list_user_pool_clients", "UserPoolClients", 60, **pool), [])
    for provider in client.pages("list_identity_providers", "Providers", 60, **pool):
        name = provider["ProviderName"]
        client.delete_identity_provider(ProviderName=name, **pool)
        refused("unknown_provider", lambda: client.describe_identity_provider(ProviderName=name, **pool), name=name)
    equal("providers left", client.pages("list_identity_providers", "Providers", 60, **pool), [])
    client.delete_resource_server(Identifier=providers.API, **pool)
    refused("unknown_resource_server", lambda: client.describe_resource_server(Identifier=providers.API, **pool), id=providers.API)
    client.delete_user_pool_domain(Domain=scene.name, **pool)
    equal("deleted domain", client.describe_user_pool_domain(Domain=scene.name)["DomainDescription"], {})
    scene.done("clients, providers, resource server and domain are deleted")

    refused("pool_is_protected", lambda: client.delete_user_pool(**pool))
    client.update_user_pool(DeletionProtection="INACTIVE", **pool)
    for gone in (known["pool"], known["bare"]):
        client.delete_user_pool(UserPoolId=gone)
        refused("unknown_pool", lambda: client.describe_user_pool(UserPoolId=gone), pool=gone)
        refused("unknown_pool", lambda: client.list_users(UserPoolId=gone), pool=gone)
    listed = [item["Id"] for item in client.pages("list_user_pools", "UserPools", 60)]
    equal("pools left", [item for item in listed if item in (known["pool"], known["bare"])], [])
    scene.done("the pools are deleted, once their protection is off")
