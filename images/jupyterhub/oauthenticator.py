"""Sign-in to the hub with OpenID Connect, for Debian has no package of oauthenticator.

It has the names and meanings of that package for the settings which the catalog's definition makes, and refuses any other, so that
nobody believes in force what is not.
"""

import base64
import hashlib
import json
import secrets
from functools import reduce
from urllib.parse import quote, urlencode

from jupyterhub.auth import Authenticator
from jupyterhub.handlers import BaseHandler
from jupyterhub.utils import url_path_join
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.httputil import url_concat
from tornado.web import HTTPError
from traitlets import Bool, Dict, List, Set, Unicode

COOKIE = "oauthenticator-state"


class Login(BaseHandler):
    def get(self):
        begun = {
            "state": secrets.token_urlsafe(32),
            "verifier": secrets.token_urlsafe(48),
            "next": self._validate_next_url(self.get_argument("next", "")),
        }
        self._set_cookie(COOKIE, json.dumps(begun), expires_days=1)
        challenge = hashlib.sha256(begun["verifier"].encode()).digest()
        question = {
            "response_type": "code",
            "client_id": self.authenticator.client_id,
            "redirect_uri": self.authenticator.oauth_callback_url,
            "scope": " ".join(self.authenticator.scope),
            "state": begun["state"],
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        self.redirect(url_concat(self.authenticator.authorize_url, question))


class Callback(BaseHandler):
    def append_query_parameters(self, url, exclude=None):
        return url

    async def get(self):
        begun = json.loads(self.get_secure_cookie(COOKIE, max_age_days=1) or "{}")
        self.clear_cookie(COOKIE)
        if not begun or not secrets.compare_digest(begun["state"].encode(), self.get_argument("state", "").encode()):
            raise HTTPError(400, "this sign-in was not begun here: begin again")
        if error := self.get_argument("error", ""):
            raise HTTPError(403, f"OAuth error: {self.get_argument('error_description', error)}")
        user = await self.login_user({"code": self.get_argument("code"), "verifier": begun["verifier"]})
        if user is None:
            raise HTTPError(403, "the sign-on server did not say who you are")
        self.redirect(begun["next"] or self.get_next_url(user))


class OAuthenticator(Authenticator):
    login_service = Unicode("OAuth 2.0", config=True)
    client_id = Unicode(config=True)
    client_secret = Unicode(config=True)
    basic_auth = Bool(False, config=True)
    oauth_callback_url = Unicode(config=True)
    authorize_url = Unicode(config=True)
    token_url = Unicode(config=True)
    userdata_url = Unicode(config=True)
    http_request_kwargs = Dict(config=True)
    scope = List(Unicode(), config=True)
    username_claim = Unicode("username", config=True)
    auth_state_groups_key = Unicode("oauth_user.groups", config=True)
    admin_groups = Set(Unicode(), config=True)

    def __init__(self, **settings):
        super().__init__(**settings)
        unknown = set(self.config.OAuthenticator) - set(self.trait_names(config=True))
        if unknown:
            raise ValueError(f"this oauthenticator has no setting {', '.join(sorted(unknown))}")

    def login_url(self, base_url):
        return url_path_join(base_url, "oauth_login")

    def get_handlers(self, app):
        return [("/oauth_login", Login), ("/oauth_callback", Callback)]

    async def authenticate(self, handler, data=None):
        proof = {
            "grant_type": "authorization_code",
            "code": data["code"],
            "redirect_uri": self.oauth_callback_url,
            "code_verifier": data["verifier"],
        }
        headers = {}
        if self.basic_auth:
            account = f"{quote(self.client_id, '')}:{quote(self.client_secret, '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(account.encode()).decode()}"
        else:
            proof |= {"client_id": self.client_id, "client_secret": self.client_secret}
        tokens = await self.ask(self.token_url, headers, method="POST", body=urlencode(proof))
        person = await self.ask(self.userdata_url, {"Authorization": f"Bearer {tokens['access_token']}"})
        model = {"name": person[self.username_claim], "admin": None}
        if self.manage_groups:
            groups = reduce(dict.get, self.auth_state_groups_key.split("."), {"oauth_user": person}) or []
            model |= {"groups": sorted(groups), "admin": not self.admin_groups.isdisjoint(groups)}
        return model

    async def ask(self, url, headers, method="GET", **request):
        request |= {"method": method, "headers": {"Accept": "application/json", **headers}, **self.http_request_kwargs}
        try:
            answer = await AsyncHTTPClient().fetch(url, **request)
        except HTTPClientError as problem:
            self.log.error(f"Error fetching {problem.code} {method} {url}: {problem.message}")
            raise
        return json.loads(answer.body)
