"""A client library that knows nothing of us obtains our tokens, by its own reading of the standards."""

import time
import warnings

import httpx
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway import commands, service
from gateway.keyfiles import public_jwk
from tests.gateway.test_partners import door, entered


def library(app, client_id, secret, method):
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return AsyncOAuth2Client(
        client_id, secret, token_endpoint_auth_method=method, transport=transport
    )


async def metadata(client):
    return (await client.get("/.well-known/oauth-authorization-server")).json()


async def test_authlib_obtains_a_token_by_secret(lone):
    async with lone(service) as one, door(one) as client:
        made = await entered(one, scopes=["dossiers:read", "ratings:read"])
        told = await metadata(client)
        app = client._transport.app
        for method in ("client_secret_basic", "client_secret_post"):
            assert method in told["token_endpoint_auth_methods_supported"]
            async with library(app, made.client_id, made.client_secret, method) as oauth:
                token = await oauth.fetch_token(
                    told["token_endpoint"], grant_type="client_credentials", scope="dossiers:read"
                )
            assert (token["token_type"], token["scope"]) == ("Bearer", "dossiers:read")
            answer = await client.get(
                "/v1/dossiers", headers={"Authorization": f"Bearer {token['access_token']}"}
            )
            assert answer.status_code == 204


async def test_authlib_obtains_a_token_by_a_key_of_each_kind(lone):
    async with lone(service) as one, door(one) as client:
        told = await metadata(client)
        kinds = (
            ("ES256", ECKey.generate_key("P-256")),
            ("PS256", RSAKey.generate_key(3072)),
            ("EdDSA", OKPKey.generate_key("Ed25519")),
        )
        for alg, key in kinds:
            assert alg in told["token_endpoint_auth_signing_alg_values_supported"]
            made = await entered(one, signs=True)
            jwk = public_jwk(key.as_pem(private=False))
            await one.running.do(commands.add_key, made.client_id, jwk, False, "an.operator")
            async with library(
                client._transport.app, made.client_id, key, "private_key_jwt"
            ) as oauth:
                oauth.register_client_auth_method(
                    PrivateKeyJWT(
                        told["issuer"],
                        claims={"exp": int(time.time()) + 60},
                        headers={"typ": "client-authentication+jwt", "kid": jwk["kid"]},
                        alg=alg,
                    )
                )
                with warnings.catch_warnings():
                    # joserfc says that EdDSA has a new name; what it makes is the same.
                    warnings.simplefilter("ignore")
                    token = await oauth.fetch_token(
                        told["token_endpoint"], grant_type="client_credentials"
                    )
            assert token["expires_in"] == 600
