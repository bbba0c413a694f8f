"""Buttons, menus and forms of the first release stand in old messages, and must still do what they say."""

from __future__ import annotations

from app.settings import Settings
from interactions.components import find_component
from interactions.custom_ids import Signer
from playground.world.cast import CARMEN, HARBOUR
from services.core.process import derived

# The path in a custom id, and its handler. Nothing is ever taken out: messages stay in channels for years.
FIRST_RELEASE = """
/again/5/as/0f1e2d3c4b5a69788796a5b4c3d2e1f0 retries.again
/again/5/no retries.leave
/bet/coinflip/heads/10 bets.flip_again
/bet/dice/3/10 bets.roll_again
/bet/slots/10 bets.spin_again
/config/apply/form documents.applied
/config/apply/form/again documents.apply_again
/config/history/12 config.older
/config/plan/form documents.planned
/config/plan/form/again documents.plan_again
/config/plan/5 documents.confirm
/config/plan/5/cancel documents.cancel
/config/revert/7/rest config.revert_rest
/config/show config.show_module
/doctor/again doctor.again
/economy/items/new/none/0 items.create_form
/economy/items/new/role/820418018547892224/again items.create_again
/economy/items/1/0/9 items.edit_form
/economy/items/1/0/9/again items.edit_again
/economy/reverse/5 corrections.confirm
/economy/reverse/5/cancel corrections.cancel
/economy/settings settings.back
/economy/settings/daily settings.edit
/economy/settings/daily/17/again settings.again
/economy/settings/currency/17/save settings.save
/inventory/402117835204198400/2 inventory.turn
/leaderboard/2 leaderboard.turn
/offers/3/accept payments.accept
/offers/3/decline payments.decline
/offers/3/pay payments.pay_request
/pay/plan/2 payments.confirm
/pay/plan/2/cancel payments.cancel
/pay/402117835204198400 payments.pay_form
/pay/402117835204198400/again payments.pay_again
/permissions/show/2/economy rules.turn
/privacy/delete personal_data.ask
/privacy/delete/cancelled personal_data.cancel
/privacy/delete/confirmed personal_data.confirm
/setup/checked setup.check
/setup/saved setup.finish
/setup/zone/other setup.other_zone
/setup/zone/typed setup.zone_typed
/setup/zone/chosen setup.choose
/setup/staff/go setup.go
/shop/choose purchases.choose
/shop/order/4/10 purchases.confirm
/shop/order/4/cancel purchases.cancel
/shop/2 purchases.turn
/tx/583011947620515840/all/946684800/before/7 statements.turn
"""
A_BUTTON_OF_THAT_RELEASE = "1|/offers/3/accept|817464705bac000|7sHcuaCl4Ubc"


def test_every_button_of_the_first_release_leads_to_its_handler() -> None:
    lost = [line for line in FIRST_RELEASE.strip().splitlines() if _handler(line.split()[0]) != line.split()[1]]
    assert lost == []


def test_the_signature_of_an_old_button_is_still_valid(settings: Settings) -> None:
    signer = Signer(derived(settings.secret_key or "", b"custom_ids"))
    assert signer.read(A_BUTTON_OF_THAT_RELEASE, HARBOUR) == ("/offers/3/accept", CARMEN)


def _handler(path: str) -> str:
    found = find_component(path)
    return f"{found[0].handler.__module__.rpartition('.')[2]}.{found[0].handler.__name__}" if found else ""
