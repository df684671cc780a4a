"""The rules of every security profile as tables: rows in order, columns are profiles.

A request goes down its table; the first row that fails answers it. What a row asks stands with its function,
below the MUST that it keeps. docs/security/oauth.md names the test of each.
"""

from sandbox.oauth import app_asking, asking, polling, proving, redeeming, request_objects
from sandbox.oauth.asking import AuthorizationRequest
from sandbox.oauth.polling import Polling
from sandbox.oauth.proving import Proving
from sandbox.oauth.redeeming import Own, Redeeming, Refreshing
from sandbox.oauth.request_objects import RequestObject
from sandbox.oauth.tables import Cell, Row, Table

NO, YES, DIRECT, PUSHED = Cell.NO, Cell.YES, Cell.DIRECT, Cell.PUSHED

# fmt: off  # a table is read down its columns
#: A request object, before its claims become the parameters.
OBJECT: Table[RequestObject] = Table(
    (
        #                                                  simple  psd2   fapi1  fapi2  signing ciba
        Row(request_objects.is_signed_by_the_client, YES, YES, YES, YES, YES, YES),
        Row(request_objects.is_typed, YES, YES, YES, YES, YES, YES),
        Row(request_objects.is_from_the_client, YES, YES, YES, YES, YES, YES),
        Row(request_objects.is_for_this_issuer, YES, YES, YES, YES, YES, YES),
        Row(request_objects.has_not_expired, YES, YES, YES, YES, YES, YES),
        Row(request_objects.lives_an_hour_at_most, NO, NO, YES, NO, YES, YES),
        Row(request_objects.holds_no_request, YES, YES, YES, YES, YES, YES),
        Row(request_objects.says_all_of_itself, NO, NO, NO, NO, NO, YES),
        Row(request_objects.is_new, NO, NO, NO, NO, NO, YES),
    )
)

#: An authorization request: DIRECT at the authorization endpoint, PUSHED at that of RFC 9126.
REQUEST: Table[AuthorizationRequest] = Table(
    (
        #                                                  simple  psd2   fapi1  fapi2  signing ciba
        Row(asking.may_ask, YES, YES, YES, YES, YES, YES),
        Row(asking.comes_by_its_way, YES, YES, YES, YES, YES, YES),
        Row(asking.has_been_pushed, NO, NO, NO, DIRECT, DIRECT, NO),
        Row(asking.has_been_pushed_if_registered_so, DIRECT, DIRECT, DIRECT, NO, NO, NO),
        Row(asking.has_no_request_uri, YES, YES, YES, YES, YES, YES),
        Row(asking.is_signed, NO, NO, YES, NO, YES, YES),
        Row(asking.is_signed_if_registered_so, YES, YES, NO, YES, NO, NO),
        Row(asking.redirect_uri_is_given, YES, YES, YES, YES, YES, NO),
        Row(asking.redirect_uri_is_the_clients, YES, YES, YES, YES, YES, NO),
        Row(asking.redirect_uri_is_safe, YES, YES, YES, YES, YES, NO),
        Row(asking.response_type_is_offered, YES, YES, YES, YES, YES, NO),
        Row(asking.response_type_is_the_clients, YES, YES, YES, YES, YES, NO),
        Row(asking.response_mode_is_offered, YES, YES, YES, YES, YES, NO),
        Row(asking.code_alone_comes_signed, NO, NO, YES, NO, NO, NO),
        Row(asking.state_is_given, NO, YES, NO, NO, NO, NO),
        Row(asking.nonce_is_given, NO, NO, YES, NO, NO, NO),
        Row(asking.challenge_is_s256, YES, YES, PUSHED, YES, YES, NO),
        Row(asking.key_is_that_of_the_proof, PUSHED, PUSHED, PUSHED, PUSHED, PUSHED, NO),
        Row(asking.scope_is_known, YES, YES, YES, YES, YES, YES),
        Row(asking.scope_is_the_clients, YES, YES, YES, YES, YES, YES),
        Row(asking.claims_are_readable, YES, YES, YES, YES, YES, YES),
        Row(asking.details_are_known, YES, YES, YES, YES, YES, YES),
        Row(asking.a_page_may_be_shown, YES, YES, YES, YES, YES, NO),
    )
)

#: What a request by the backchannel has to say beside that.
BACKCHANNEL: Table[AuthorizationRequest] = Table(
    (
        #                                                  simple  psd2   fapi1  fapi2  signing ciba
        Row(app_asking.scope_has_openid, NO, NO, NO, NO, NO, YES),
        Row(app_asking.one_hint_is_given, NO, NO, NO, NO, NO, YES),
        Row(app_asking.message_can_be_shown, NO, NO, NO, NO, NO, YES),
        Row(app_asking.expiry_is_a_number, NO, NO, NO, NO, NO, YES),
        Row(app_asking.ping_has_its_token, NO, NO, NO, NO, NO, YES),
        Row(app_asking.has_context_or_message, NO, NO, NO, NO, NO, YES),
    )
)

#: Who the client is, wherever it calls by itself.
CLIENT: Table[Proving] = Table(
    (
        #                                                  simple  psd2   fapi1  fapi2  signing ciba
        Row(proving.by_one_method, YES, YES, YES, YES, YES, YES),
        Row(proving.by_a_method_of_the_profile, YES, YES, YES, YES, YES, YES),
        Row(proving.by_its_own_method, YES, YES, YES, YES, YES, YES),
        Row(proving.secret_is_right, YES, YES, NO, NO, NO, NO),
        Row(proving.certificate_is_the_clients, YES, YES, YES, YES, YES, YES),
        Row(proving.assertion_is_signed_by_the_client, YES, YES, YES, YES, YES, YES),
        Row(proving.assertion_is_about_the_client, YES, YES, YES, YES, YES, YES),
        Row(proving.assertion_is_for_us, YES, YES, YES, NO, NO, YES),
        Row(proving.assertion_is_for_the_issuer_alone, NO, NO, NO, YES, YES, NO),
        Row(proving.assertion_is_fresh, YES, YES, YES, YES, YES, YES),
        Row(proving.assertion_is_new, YES, YES, YES, YES, YES, YES),
    )
)

#: A code that becomes tokens.
CODE: Table[Redeeming] = Table(
    (
        #                                                  simple  psd2   fapi1  fapi2  signing ciba
        Row(redeeming.code_is_the_clients, YES, YES, YES, YES, YES, YES),
        Row(redeeming.code_is_fresh, YES, YES, YES, YES, YES, YES),
        Row(redeeming.redirect_uri_is_the_same, YES, YES, YES, YES, YES, YES),
        Row(redeeming.verifier_fits, YES, YES, YES, YES, YES, YES),
        Row(redeeming.key_is_that_of_the_code, YES, YES, YES, YES, YES, YES),
        Row(redeeming.tokens_will_be_bound, NO, NO, NO, YES, YES, NO),
        Row(redeeming.tokens_will_be_bound_by_certificate, NO, NO, YES, NO, NO, YES),
    )
)

#: A client that comes for the tokens of a yes in the app.
POLL: Table[Polling] = Table(
    (
        #                                                  simple  psd2   fapi1  fapi2  signing ciba
        Row(polling.may_poll, YES, YES, YES, YES, YES, YES),
        Row(polling.request_is_the_clients, YES, YES, YES, YES, YES, YES),
        Row(polling.request_is_unused, YES, YES, YES, YES, YES, YES),
        Row(redeeming.tokens_will_be_bound_by_certificate, NO, NO, NO, NO, NO, YES),
    )
)

#: A refresh token that becomes an access token.
REFRESH: Table[Refreshing] = Table(
    (
        #                                                  simple  psd2   fapi1  fapi2  signing ciba
        Row(redeeming.token_is_the_clients, YES, YES, YES, YES, YES, YES),
        Row(redeeming.token_is_good, YES, YES, YES, YES, YES, YES),
        Row(redeeming.scope_is_no_more, YES, YES, YES, YES, YES, YES),
        Row(redeeming.tokens_will_be_bound, NO, NO, NO, YES, YES, NO),
        Row(redeeming.tokens_will_be_bound_by_certificate, NO, NO, YES, NO, NO, YES),
    )
)

#: A token that a client gets for itself.
OWN: Table[Own] = Table(
    (
        #                                                  simple  psd2   fapi1  fapi2  signing ciba
        Row(redeeming.tokens_will_be_bound, NO, NO, NO, YES, YES, NO),
        Row(redeeming.tokens_will_be_bound_by_certificate, NO, NO, YES, NO, NO, YES),
    )
)
# fmt: on
