"""The rules of registration as a table: rows in order, columns are the profiles that a client may get.

docs/security/directory.md names the test of each row.
"""

from sandbox.oauth import registering
from sandbox.oauth.registering import Registration
from sandbox.oauth.tables import Cell, Row, Table

NO, YES = Cell.NO, Cell.YES

# fmt: off  # a table is read down its columns
#: A client that registers, or registers anew. Rows about a signature or a statement let pass what has none.
REGISTRATION: Table[Registration] = Table(
    (
        #                                                    simple  psd2   fapi1  fapi2  signing ciba
        Row(registering.is_signed_by_the_software, YES, YES, YES, YES, YES, YES),
        Row(registering.brings_no_key, YES, YES, YES, YES, YES, YES),
        Row(registering.says_all_of_itself, YES, YES, YES, YES, YES, YES),
        Row(registering.is_from_the_software, YES, YES, YES, YES, YES, YES),
        Row(registering.is_for_this_bank, YES, YES, YES, YES, YES, YES),
        Row(registering.is_fresh, YES, YES, YES, YES, YES, YES),
        Row(registering.is_new, YES, YES, YES, YES, YES, YES),
        Row(registering.statement_is_the_clients, YES, YES, YES, YES, YES, YES),
        Row(registering.software_id_is_that_of_the_statement, YES, YES, YES, YES, YES, YES),
        Row(registering.is_of_the_client_that_was, YES, YES, YES, YES, YES, YES),
        Row(registering.proves_itself_as_its_profile_does, YES, YES, YES, YES, YES, YES),
        Row(registering.grants_are_offered, YES, YES, YES, YES, YES, YES),
        Row(registering.answers_are_offered, YES, YES, YES, YES, YES, YES),
        Row(registering.grants_and_answers_agree, YES, YES, YES, YES, YES, YES),
        Row(registering.redirect_uris_are_given, YES, YES, YES, YES, YES, NO),
        Row(registering.redirect_uris_are_fit, YES, YES, YES, YES, YES, YES),
        Row(registering.redirect_uris_are_of_the_statement, YES, YES, YES, YES, YES, YES),
        Row(registering.redirect_uris_are_of_the_web, YES, YES, YES, YES, YES, YES),
        Row(registering.keys_are_given_once, YES, YES, YES, YES, YES, YES),
        Row(registering.keys_are_fit, YES, YES, YES, YES, YES, YES),
        Row(registering.keys_are_there, YES, YES, YES, YES, YES, YES),
        Row(registering.certificate_is_named, YES, YES, YES, YES, YES, YES),
        Row(registering.signs_with_what_its_profile_takes, YES, YES, YES, YES, YES, YES),
        Row(registering.has_signed_for_it_what_we_sign, YES, YES, YES, YES, YES, YES),
        Row(registering.scope_is_known, YES, YES, YES, YES, YES, YES),
        Row(registering.scope_is_within_the_roles, YES, YES, YES, YES, YES, YES),
        Row(registering.tokens_can_be_bound, NO, NO, YES, NO, NO, YES),
        Row(registering.is_asked_in_the_app_by_poll_or_ping, NO, NO, NO, NO, NO, YES),
    )
)
# fmt: on
