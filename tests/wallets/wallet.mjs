// A wallet nobody here wrote the protocols of: OpenID4VCI and OpenID4VP by @openid4vc, SD-JWT VC with its status list by @sd-jwt.
// `take OFFER NUMBER ROOT` fetches a certificate; `show QUESTION ROOT` (held on stdin) answers a question; `check ROOT` (held on stdin)
// is a verifier. ROOT is the city's root certificate (PEM). Prints one line of JSON.
import { createHash, generateKeyPairSync, randomBytes, sign, verify, createPublicKey, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { clientAuthenticationNone, setGlobalConfig } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'
import { Openid4vpClient } from '@openid4vc/openid4vp'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'

setGlobalConfig({ allowInsecureUrls: true }) // a loopback server without TLS
const [what, ...rest] = process.argv.slice(2)
const root = new X509Certificate(readFileSync(rest.at(-1)))
const b64 = (bytes) => Buffer.from(bytes).toString('base64url')
const es256 = { dsaEncoding: 'ieee-p1363' }

const chained = (header) => {
  const leaf = new X509Certificate(Buffer.from(header.x5c[0], 'base64'))
  if (!leaf.verify(root.publicKey) || new Date(leaf.validTo) < new Date()) throw new Error('the chain does not end at the root')
  return leaf
}
const verifyBy = (data, signature, key) => verify('sha256', Buffer.from(data), { key, ...es256 }, Buffer.from(signature, 'base64url'))
const parts = (jwt) => jwt.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')))
const verifyCompact = (jwt) => {
  const at = jwt.lastIndexOf('.')
  return verifyBy(jwt.slice(0, at), jwt.slice(at + 1), chained(parts(jwt)[0]).publicKey)
}
const keyOf = (jwk) => createPrivateKey({ key: jwk, format: 'jwk' })
const signBy = (text, jwk) => b64(sign('sha256', Buffer.from(text), { key: keyOf(jwk), ...es256 }))
const publicOf = ({ kty, crv, x, y }) => ({ kty, crv, x, y })

const callbacks = (jwks) => ({
  hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
  generateRandom: (bytes) => randomBytes(bytes),
  clientAuthentication: clientAuthenticationNone({ clientId: 'wallet' }),
  signJwt: (signer, { header, payload }) => {
    const jwk = jwks.find((each) => each.x === signer.publicJwk.x)
    const text = `${b64(JSON.stringify(header))}.${b64(JSON.stringify(payload))}`
    return { jwt: `${text}.${signBy(text, jwk)}`, signerJwk: publicOf(jwk) }
  },
  verifyJwt: (_signer, { compact }) => {
    const leaf = chained(parts(compact)[0])
    return { verified: verifyCompact(compact), signerJwk: leaf.publicKey.export({ format: 'jwk' }) }
  },
  getX509CertificateMetadata: () => ({ sanDnsNames: [], sanUriNames: [] }),
})

const instance = (jwk) => new SDJwtVcInstance({
  hasher: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
  hashAlg: 'sha-256',
  saltGenerator: (length) => b64(randomBytes(length)),
  signAlg: 'ES256',
  verifier: (data, signature) => verifyBy(data, signature, current.publicKey),
  kbSignAlg: 'ES256',
  kbSigner: (data) => signBy(data, jwk),
  kbVerifier: (data, signature, payload) => verifyBy(data, signature, createPublicKey({ key: payload.cnf.jwk, format: 'jwk' })),
  statusListFetcher: async (uri) => {
    const answer = await fetch(uri)
    if (answer.headers.get('content-type') !== 'application/statuslist+jwt') throw new Error('no status list')
    return answer.text()
  },
  statusVerifier: (data, signature) => verifyBy(data, signature, lastStatusKey ?? current.publicKey),
  statusValidator: async (status) => { if (status !== 0) throw new Error(`status ${status}`) },
})
let current, lastStatusKey

const listsKey = async (payload) => {
  const text = await (await fetch(payload.status.status_list.uri)).text()
  const [header, claims] = parts(text)
  if (claims.sub !== payload.status.status_list.uri || header.typ !== 'statuslist+jwt') throw new Error('another list')
  lastStatusKey = chained(header).publicKey
}
const verified = async (credential, options, jwk) => {
  const [header, payload] = parts(credential.split('~')[0])
  current = chained(header)
  await listsKey(payload)
  return (await instance(jwk).verify(credential, options)).payload
}

const out = {}
if (what === 'take') {
  const jwks = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }))
  const client = new Openid4vciClient({ callbacks: callbacks(jwks) })
  const offer = await client.resolveCredentialOffer(rest[0])
  const metadata = await client.resolveIssuerMetadata(offer.credential_issuer)
  const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer: offer, issuerMetadata: metadata, txCode: rest[1] })
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata: metadata })
  const configuration = offer.credential_configuration_ids[0]
  const jwt = []
  for (const jwk of jwks) {
    const signer = { method: 'jwk', publicJwk: publicOf(jwk), alg: 'ES256' }
    jwt.push((await client.createCredentialRequestJwtProof({ issuerMetadata: metadata, credentialConfigurationId: configuration, nonce, signer })).jwt)
  }
  const answer = await client.retrieveCredentials({ issuerMetadata: metadata, accessToken: accessTokenResponse.access_token, credentialConfigurationId: configuration, proofs: { jwt } })
  out.held = []
  for (const [at, each] of answer.credentialResponse.credentials.entries()) {
    const claims = await verified(each.credential, {}, jwks[at])
    if (claims.cnf.jwk.x !== jwks[at].x) throw new Error('bound to another key')
    const type = await (await fetch(claims.vct)).json()
    out.held.push({ credential: each.credential, jwk: jwks[at], claims, type })
  }
} else if (what === 'show') {
  const { credential, jwk } = JSON.parse(readFileSync(0))
  const client = new Openid4vpClient({ callbacks: callbacks([jwk]) })
  const asked = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: rest[0] })
  const resolved = await client.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: asked.params })
  const request = resolved.authorizationRequestPayload
  out.query = request.dcql_query.credentials[0]
  out.client = request.client_metadata.client_name
  current = chained(parts(credential.split('~')[0])[0])
  const frame = Object.fromEntries(out.query.claims.map(({ path }) => [path[0], true]))
  const kb = { payload: { aud: request.client_id, nonce: request.nonce, iat: Math.floor(Date.now() / 1000) } }
  out.presentation = await instance(jwk).present(credential, frame, { kb })
  const answer = await client.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: request,
    authorizationResponsePayload: { vp_token: { [out.query.id]: [out.presentation] } },
  })
  const sent = await client.submitOpenid4vpAuthorizationResponse({ authorizationRequestPayload: request, authorizationResponsePayload: answer.authorizationResponsePayload })
  out.status = sent.response.status
  out.nonce = request.nonce
} else {
  const { credential, nonce } = JSON.parse(readFileSync(0))
  out.claims = await verified(credential, nonce ? { keyBindingNonce: nonce } : {}, undefined)
}
console.log(JSON.stringify(out))
