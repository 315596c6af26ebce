// The certified provider `oidc-provider` as somebody else runs it. Its own defaults hold but for accounts, clients and what it knows of people.
// node provider.mjs PORT VARIANT APP_URL; prints "listening" when it is ready.
import { Provider } from "oidc-provider";

const [port, variant, app] = process.argv.slice(2);
const people = {
  mother: { name: "林晓雯", citizen_id: "310104199403122622", phone_number: "13818860001" },
  officer: { name: "王建平", role: "officer", agency: "police" },
  listed: { name: "王建平", realm: { roles: ["offline_access", "clerk"] }, org: { unit: "公安局" } },
  stranger: { name: "某人", role: "officer", agency: "moon-base" },
  wizard: { name: "某人", role: "wizard", agency: "police" },
};
const known = ["name", "citizen_id", "role", "agency", "realm", "org"];
const client = {
  client_id: "city portal", client_secret: "s3cret:+/ %&=", redirect_uris: [`${app}/auth/callback`],
  post_logout_redirect_uris: [`${app}/`],
};
const defaults = { claims: { openid: ["sub"], profile: known, phone: ["phone_number"] }, clients: [client] };
const other = {
  claims: { openid: ["sub"], everything: [...known, "phone_number"] },
  clients: [{
    ...client, token_endpoint_auth_method: "client_secret_post", id_token_signed_response_alg: "ES256",
    userinfo_signed_response_alg: "ES256", backchannel_logout_uri: `${app}/sign-out/back-channel`, backchannel_logout_session_required: true,
  }],
  conformIdTokenClaims: false,
  features: { backchannelLogout: { enabled: true }, jwtUserinfo: { enabled: true } },
  clientAuthMethods: ["client_secret_post"],
  jwks: { keys: [JSON.parse(process.env.KEY)] },
  enabledJWA: { idTokenSigningAlgValues: ["ES256"], userinfoSigningAlgValues: ["ES256"] },
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  ...(variant === "defaults" ? defaults : other),
  findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
