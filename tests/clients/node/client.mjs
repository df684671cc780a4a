// An independent TPP: openid-client (certified by the OpenID Foundation) against our authorization server.
//
// It reads one JSON order from the first line of stdin, says on stdout where the PSU must go, reads from the
// second line where the PSU's browser came back to, and says what it got. Nothing in it knows Bryggen: what
// it refuses in our answers (a wrong iss, nonce, s_hash, signature …) ends it with a line {"error": …}.
import { createInterface } from 'node:readline/promises'
import { createPrivateKey, randomUUID } from 'node:crypto'
import { importPKCS8, SignJWT } from 'jose'
import * as client from 'openid-client'
import { Agent, fetch as fetchOver } from 'undici'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const read = async () => JSON.parse((await lines.next()).value)
const say = (said) => process.stdout.write(`${JSON.stringify(said)}\n`)

/** Every call goes over TLS with the sandbox's root as the only trust, and with the client's certificate. */
function overTls(tls) {
  const dispatcher = new Agent({ connect: { ca: tls.ca, cert: tls.cert, key: tls.key } })
  return (url, options) => fetchOver(url, { ...options, dispatcher })
}

/** A signing key as openid-client takes it: what the algorithm is, and which kid. */
async function signingKey(given) {
  const pem = createPrivateKey(given.pem).export({ type: 'pkcs8', format: 'pem' })
  return { key: await importPKCS8(pem, given.alg), kid: given.kid }
}

async function authentication(order, key) {
  switch (order.auth.method) {
    case 'client_secret_basic':
      return client.ClientSecretBasic(order.auth.secret)
    case 'client_secret_post':
      return client.ClientSecretPost(order.auth.secret)
    case 'private_key_jwt':
      return client.PrivateKeyJwt(key)
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return client.TlsClientAuth()
    default:
      throw new Error(`no such client authentication: ${order.auth.method}`)
  }
}

async function configured(order, key) {
  const execute = []
  if (order.response === 'jwt') execute.push(client.useJwtResponseMode)
  if (order.response === 'code id_token') {
    execute.push(client.useCodeIdTokenResponseType, client.enableDetachedSignatureResponseChecks)
  }
  const metadata = { use_mtls_endpoint_aliases: true, ...order.metadata }
  const options = { execute, algorithm: order.discovery ?? 'oidc', [client.customFetch]: overTls(order.tls) }
  const auth = await authentication(order, key)
  return client.discovery(new URL(order.issuer), order.client_id, metadata, auth, options)
}

/** Where the PSU is sent, and what the answer must be checked against. */
async function authorisationRequest(config, order, key, dpop) {
  const verifier = client.randomPKCECodeVerifier()
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState() }
  const wanted = {
    redirect_uri: order.redirect_uri,
    scope: order.scope,
    state: checks.expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...order.parameters,
  }
  if (order.scope.split(' ').includes('openid')) wanted.nonce = checks.expectedNonce = client.randomNonce()
  let url = order.jar
    ? await client.buildAuthorizationUrlWithJAR(config, wanted, key)
    : client.buildAuthorizationUrl(config, wanted)
  if (order.par) url = await client.buildAuthorizationUrlWithPAR(config, url.searchParams, { DPoP: dpop })
  return { url, checks }
}

async function byRedirect(config, order, key, dpop) {
  const { url, checks } = await authorisationRequest(config, order, key, dpop)
  say({ authorize: url.href })
  const back = new URL((await read()).callback)
  return client.authorizationCodeGrant(config, back, checks, undefined, { DPoP: dpop })
}

/** A request of CIBA Core 7.1.1. The library sends what it is given; the signature is made by its sister, jose. */
async function signedBackchannelRequest(order, key) {
  const claims = new SignJWT(order.ciba).setProtectedHeader({ alg: order.key.alg, kid: key.kid })
  return claims.setIssuer(order.client_id).setAudience(order.issuer).setJti(randomUUID())
    .setIssuedAt().setNotBefore('0 sec').setExpirationTime('5 min').sign(key.key)
}

async function byBackchannel(config, order, key) {
  const request = await signedBackchannelRequest(order, key)
  const begun = await client.initiateBackchannelAuthentication(config, { request })
  say({ backchannel: begun })
  await read()
  return client.pollBackchannelAuthenticationGrant(config, begun)
}

async function resource(config, order, tokens, dpop) {
  const headers = new Headers(order.resource.headers)
  const url = new URL(order.resource.url)
  const answer = await client.fetchProtectedResource(
    config, tokens.access_token, url, 'GET', null, headers, { DPoP: dpop },
  )
  return { status: answer.status, body: await answer.text() }
}

async function main() {
  const order = await read()
  const key = order.key && (await signingKey(order.key))
  const config = await configured(order, key)
  const dpop = order.dpop
    ? client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256', { extractable: true }))
    : undefined
  const grant = order.ciba ? byBackchannel : byRedirect
  const tokens = await grant(config, order, key, dpop)
  const said = { tokens, claims: tokens.claims() }
  if (order.resource) said.resource = await resource(config, order, tokens, dpop)
  if (tokens.refresh_token && order.refresh) {
    said.refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP: dpop })
  }
  if (order.introspect) said.introspection = await client.tokenIntrospection(config, tokens.access_token)
  if (order.revoke) await client.tokenRevocation(config, tokens.access_token)
  if (order.revoke) said.after_revocation = await client.tokenIntrospection(config, tokens.access_token)
  say(said)
}

main().then(() => process.exit(0), (error) => {
  say({ error: error.message, code: error.code, cause: error.cause?.message ?? error.cause, body: error.error_description })
  process.exit(1)
})
