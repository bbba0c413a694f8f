"""Who may do what to whom, written by hand: one letter for each outcome, `.` where the action is allowed.

People are named after their highest role, from the top: admiral, figurehead, mate, bosun, gunner, parrot, watch,
purser, sailor, and a deckhand without any. Bosun and gunner share a position, and the bosun's role is older. Admirals
and pursers are administrators, a figurehead has no permissions, a parrot and a gull are bots.
"""

from __future__ import annotations

from services.moderation.authority import Action

A = Action

# What the refusal for each letter says.
SAYS = {
    "S": "do this to yourself",
    "M": "I can't do this to myself",
    "O": "to the server's owner",
    "A": "Only the server's owner can do this to an administrator",
    "X": "doesn't allow timeouts for administrators",
    "B": "Bots can't be warned",
    "R": "isn't below yours",
    "L": "They aren't a member of this server. You can still add a note",
    "P": "You need the",
    "F": "but it doesn't count here, because they aren't an administrator",
    "D": "The admins of this server have blocked",
    "T": "You're in timeout",
    "N": "You aren't a member of this server",
    "b": "isn't below mine",
    "p": "I'm missing these permissions",
    "t": "I'm in timeout",
    "e": "Every member has @everyone",
    "g": "That role no longer exists",
    "m": "belongs to a bot, to boosting, or to a subscription",
    "r": "isn't below your highest role",
    "w": "permissions that you don't",
    "q": "isn't below my highest role",
}

PUNISH = (A.KICK, A.SOFTBAN, A.NICK, A.ROLE)
BAN = (A.BAN, A.UNBAN)
TIMEOUT = (A.TIMEOUT, A.UNTIMEOUT)
RECORD = (A.VIEW_CASES, A.CHANGE_OWN_CASE)
OTHERS = (A.CHANGE_OTHERS_CASE,)
WARN, NOTE = (A.WARN,), (A.NOTE,)

TARGETS = "owner admiral purser mate bosun gunner watch figurehead deckhand silenced self tatiana parrot gull gone"

# For each actor, the outcomes for these targets: first with permissions of their own, then with none, but with a rule
# of an administrator that allows them the command. `silenced` is a mate in timeout, `hoarse` an admiral who was given
# one before becoming an administrator, `hats` a mate and a watch in one.
ON_WHOM = {
    PUNISH: """
    owner       S.........SM..L   S.........SM..L
    admiral     OAA.......SM..L   OAA.......SM..L
    hoarse      OAA.......SM..L   OAA.......SM..L
    purser      OAARRRRR.RSMR.L   OAARRRRR.RSMR.L
    mate        OAAR...R.RSM..L   OAAR...R.RSM..L
    hats        OAAR...R.RSM..L   OAAR...R.RSM..L
    bosun       OAARR..R.RSM..L   OAARR..R.RSM..L
    gunner      OAARRR.R.RSM..L   OAARRR.R.RSM..L
    watch       OAARRRRR.RSMR.L   OAARRRRR.RSMR.L
    figurehead  PPPPPPPPPPPPPPP   OAA....R..SM..L
    deckhand    PPPPPPPPPPPPPPP   OAARRRRRRRSMRRL
    silenced    TTTTTTTTTTTTTTT   TTTTTTTTTTTTTTT
    gone        NNNNNNNNNNNNNNN   NNNNNNNNNNNNNNN
    """,
    BAN: """
    owner       S.........SM...   S.........SM...
    admiral     OAA.......SM...   OAA.......SM...
    hoarse      OAA.......SM...   OAA.......SM...
    purser      OAARRRRR.RSMR..   OAARRRRR.RSMR..
    mate        OAAR...R.RSM...   OAAR...R.RSM...
    hats        OAAR...R.RSM...   OAAR...R.RSM...
    bosun       OAARR..R.RSM...   OAARR..R.RSM...
    gunner      OAARRR.R.RSM...   OAARRR.R.RSM...
    watch       OAARRRRR.RSMR..   OAARRRRR.RSMR..
    figurehead  PPPPPPPPPPPPPPP   OAA....R..SM...
    deckhand    PPPPPPPPPPPPPPP   OAARRRRRRRSMRR.
    silenced    TTTTTTTTTTTTTTT   TTTTTTTTTTTTTTT
    gone        NNNNNNNNNNNNNNN   NNNNNNNNNNNNNNN
    """,
    TIMEOUT: """
    owner       SXX.......SM..L   SXX.......SM..L
    admiral     OXX.......SM..L   OXX.......SM..L
    hoarse      OXX.......SM..L   OXX.......SM..L
    purser      OXXRRRRR.RSMR.L   OXXRRRRR.RSMR.L
    mate        OXXR...R.RSM..L   OXXR...R.RSM..L
    hats        OXXR...R.RSM..L   OXXR...R.RSM..L
    bosun       OXXRR..R.RSM..L   OXXRR..R.RSM..L
    gunner      OXXRRR.R.RSM..L   OXXRRR.R.RSM..L
    watch       OXXRRRRR.RSMR.L   OXXRRRRR.RSMR.L
    figurehead  PPPPPPPPPPPPPPP   OXX....R..SM..L
    deckhand    PPPPPPPPPPPPPPP   OXXRRRRRRRSMRRL
    silenced    TTTTTTTTTTTTTTT   TTTTTTTTTTTTTTT
    gone        NNNNNNNNNNNNNNN   NNNNNNNNNNNNNNN
    """,
    WARN: """
    owner       S.........SMBB.   S.........SMBB.
    admiral     OAA.......SMBB.   OAA.......SMBB.
    hoarse      OAA.......SMBB.   OAA.......SMBB.
    purser      OAARRRRR.RSMBB.   OAARRRRR.RSMBB.
    mate        OAAR...R.RSMBB.   OAAR...R.RSMBB.
    hats        OAAR...R.RSMBB.   OAAR...R.RSMBB.
    bosun       OAARR..R.RSMBB.   OAARR..R.RSMBB.
    gunner      OAARRR.R.RSMBB.   OAARRR.R.RSMBB.
    watch       OAARRRRR.RSMBB.   OAARRRRR.RSMBB.
    figurehead  PPPPPPPPPPPPPPP   OAA....R..SMBB.
    deckhand    PPPPPPPPPPPPPPP   OAARRRRRRRSMBB.
    silenced    TTTTTTTTTTTTTTT   TTTTTTTTTTTTTTT
    gone        NNNNNNNNNNNNNNN   NNNNNNNNNNNNNNN
    """,
    NOTE: """
    owner       ...........M...   ...........M...
    admiral     OAA........M...   OAA........M...
    hoarse      OAA........M...   OAA........M...
    purser      OAARRRRR.R.MR..   OAARRRRR.R.MR..
    mate        OAAR...R.R.M...   OAAR...R.R.M...
    hats        OAAR...R.R.M...   OAAR...R.R.M...
    bosun       OAARR..R.R.M...   OAARR..R.R.M...
    gunner      OAARRR.R.R.M...   OAARRR.R.R.M...
    watch       OAARRRRR.R.MR..   OAARRRRR.R.MR..
    figurehead  PPPPPPPPPPPPPPP   OAA....R...M...
    deckhand    PPPPPPPPPPPPPPP   OAARRRRRRR.MRR.
    silenced    TTTTTTTTTTTTTTT   TTTTTTTTTTTTTTT
    gone        NNNNNNNNNNNNNNN   NNNNNNNNNNNNNNN
    """,
    RECORD: """
    owner       ...............   ...............
    admiral     ...............   ...............
    hoarse      ...............   ...............
    purser      ...............   ...............
    mate        ...............   ...............
    hats        ...............   ...............
    bosun       ...............   ...............
    gunner      ...............   ...............
    watch       ...............   ...............
    figurehead  PPPPPPPPPPPPPPP   ...............
    deckhand    PPPPPPPPPPPPPPP   ...............
    silenced    TTTTTTTTTTTTTTT   TTTTTTTTTTTTTTT
    gone        NNNNNNNNNNNNNNN   NNNNNNNNNNNNNNN
    """,
    OTHERS: """
    owner       S.........S....   S.........S....
    admiral     ..........S....   ..........S....
    hoarse      ..........S....   ..........S....
    purser      ..........S....   ..........S....
    mate        ..........S....   PPPPPPPPPPPPPPP
    hats        ..........S....   PPPPPPPPPPPPPPP
    bosun       ..........S....   PPPPPPPPPPPPPPP
    gunner      ..........S....   PPPPPPPPPPPPPPP
    watch       ..........S....   PPPPPPPPPPPPPPP
    figurehead  PPPPPPPPPPPPPPP   PPPPPPPPPPPPPPP
    deckhand    PPPPPPPPPPPPPPP   PPPPPPPPPPPPPPP
    silenced    TTTTTTTTTTTTTTT   TTTTTTTTTTTTTTT
    gone        NNNNNNNNNNNNNNN   NNNNNNNNNNNNNNN
    """,
}

BOT_TARGETS = "admiral purser mate bosun gunner watch figurehead deckhand parrot gull gone"

# What the owner can have the bot do, by its own role: on top, between mate and bosun, in the position of bosun and
# gunner but older or newer, at the bottom, there as an administrator, none but with permissions for @everyone; on top
# without permissions, in timeout, and in a timeout that doesn't bind it as an administrator.
BY_WHICH_BOT = {
    (A.KICK, A.SOFTBAN, A.NICK): """
    top         ..........L
    middle      b.b...b...L
    older       b.b...b...L
    newer       b.bbb.b...L
    bottom      bbbbbbb.b.L
    admin       bbbbbbb.b.L
    roleless    bbbbbbbbbbL
    powerless   ppppppppppL
    silenced    ttttttttttL
    hoarse      ..........L
    """,
    BAN: """
    top         ...........
    middle      b.b...b....
    older       b.b...b....
    newer       b.bbb.b....
    bottom      bbbbbbb.b..
    admin       bbbbbbb.b..
    roleless    bbbbbbbbbb.
    powerless   ppppppppppp
    silenced    ttttttttttt
    hoarse      ...........
    """,
    TIMEOUT: """
    top         XX........L
    middle      XXb...b...L
    older       XXb...b...L
    newer       XXbbb.b...L
    bottom      XXbbbbb.b.L
    admin       XXbbbbb.b.L
    roleless    XXbbbbbbbbL
    powerless   XXppppppppL
    silenced    XXttttttttL
    hoarse      XX........L
    """,
    (A.ROLE,): """
    top         ..........L
    middle      ..........L
    older       ..........L
    newer       ..........L
    bottom      ..........L
    admin       ..........L
    roleless    ..........L
    powerless   ppppppppppL
    silenced    ttttttttttL
    hoarse      ..........L
    """,
    WARN: """
    top         ........BB.
    middle      ........BB.
    older       ........BB.
    newer       ........BB.
    bottom      ........BB.
    admin       ........BB.
    roleless    ........BB.
    powerless   ........BB.
    silenced    ........BB.
    hoarse      ........BB.
    """,
    (*NOTE, *RECORD, *OTHERS): """
    top         ...........
    middle      ...........
    older       ...........
    newer       ...........
    bottom      ...........
    admin       ...........
    roleless    ...........
    powerless   ...........
    silenced    ...........
    hoarse      ...........
    """,
}

# What the bot can lift, whoever wanted it once.
LIFT_TARGETS = "owner admiral mate watch deckhand gone"
LIFTED = {
    BAN: """
    top         O.....
    middle      Obb...
    bottom      Obbb..
    powerless   Oppppp
    silenced    Ottttt
    """,
    TIMEOUT: """
    top         OX....
    middle      OXb...
    bottom      OXbb..
    powerless   OXpppp
    silenced    OXtttt
    """,
    (A.ROLE,): """
    top         O.....
    middle      O.....
    bottom      O.....
    powerless   Oppppp
    silenced    Ottttt
    """,
}

PERMISSIONS = (
    "none KICK_MEMBERS BAN_MEMBERS MODERATE_MEMBERS MANAGE_NICKNAMES MANAGE_ROLES MANAGE_GUILD MANAGE_MESSAGES "
    "MANAGE_CHANNELS VIEW_AUDIT_LOG ADMINISTRATOR"
)

# A mate with just this permission, and a bot with just this one, on a watch.
BY_PERMISSION = {
    #                 mate          bot
    A.NOTE: "         PPP.PPPPPP.   ...........",
    A.WARN: "         PPP.PPPPPP.   ...........",
    A.TIMEOUT: "      PPP.PPPPPP.   ppp.pppppp.",
    A.UNTIMEOUT: "    PPP.PPPPPP.   ppp.pppppp.",
    A.KICK: "         P.PPPPPPPP.   p.pppppppp.",
    A.SOFTBAN: "      PP.PPPPPPP.   pp.ppppppp.",
    A.BAN: "          PP.PPPPPPP.   pp.ppppppp.",
    A.UNBAN: "        PP.PPPPPPP.   pp.ppppppp.",
    A.ROLE: "         PPPPP.PPPP.   ppppp.pppp.",
    A.NICK: "         PPPP.PPPPP.   pppp.ppppp.",
    A.VIEW_CASES: "   PPP.PPPPPP.   ...........",
    A.CHANGE_OWN_CASE: " PPP.PPPPPP. ...........",
    A.CHANGE_OTHERS_CASE: " PPPPPP.PPP. ...........",
}

COMMANDS = {
    A.NOTE: "note",
    A.WARN: "warn",
    A.TIMEOUT: "timeout",
    A.UNTIMEOUT: "untimeout",
    A.KICK: "kick",
    A.SOFTBAN: "kick",
    A.BAN: "ban",
    A.UNBAN: "unban",
    A.ROLE: "role give",
    A.NICK: "nick",
    A.VIEW_CASES: "case list",
    A.CHANGE_OWN_CASE: "case note",
    A.CHANGE_OTHERS_CASE: "case void",
}

# The rules on the action's command, and what comes of them for a mate without and with its permission, on a watch.
# `captain` holds Manage Server without being an administrator; `my` role is the mate's; the channel is only given
# where a row ends in "in it".
RULES = """
no rule                                              P .
allow me by owner                                    . .
allow me by admiral                                  . .
allow me by purser                                   . .
allow me by captain                                  F .
allow me by deckhand                                 F .
allow me by gone                                     F .
allow me by erased                                   F .
allow my by admiral                                  . .
allow my by captain                                  F .
allow all by admiral                                 . .
allow all by deckhand                                F .
allow other-role by admiral                          P .
allow other-member by admiral                        P .
allow channel by admiral                             P .
allow channel by admiral in it                       . .
allow channel by captain in it                       F .
allow parent by admiral in it                        . .
deny me by owner                                     D D
deny me by deckhand                                  D D
deny me by gone                                      D D
deny me by erased                                    D D
deny my by captain                                   D D
deny all by captain                                  D D
deny other-role by owner                             P .
deny other-member by owner                           P .
deny channel by owner                                P .
deny channel by owner in it                          D D
deny all by captain, allow my by admiral             . .
deny all by captain, allow my by captain             F F
deny all by captain, allow other-role by admiral     D D
deny my by captain, allow me by admiral              . .
deny my by captain, allow me by gone                 F F
allow my by admiral, deny me by captain              D D
allow all by admiral, deny my by captain             D D
allow me by deckhand, allow my by admiral            . .
allow me by admiral, deny channel by owner in it     . .
allow my by admiral, deny channel by owner in it     D D
allow my by admiral, deny channel by owner           . .
"""

ROLES = "all deleted tatiana booster admiral figurehead mate bosun gunner watch purser sailor dj hooks"

# Who can give which role to a deckhand: actors with permissions of their own and a bot on top; then actors by rule;
# then the owner with each kind of bot. `dj` and `hooks` are in the sailor's position, with permissions no mate has.
WHICH_ROLE = """
owner       egmm..........
admiral     egmmr.........
purser      egmmrrrrrrr...
mate        egmmrrr...w.ww
hats        egmmrrr...w.ww
bosun       egmmrrrr..w.ww
gunner      egmmrrrrr.w.ww
watch       egmmrrrrrrw.ww
figurehead  PPPPPPPPPPPPPP
silenced    TTTTTTTTTTTTTT
"""
WHICH_ROLE_BY_RULE = """
mate        egmmrrr...w.ww
figurehead  egmmrr....w.ww
watch       egmmrrrrrrw.ww
"""
WHICH_ROLE_BY_BOT = """
top         egmm..........
middle      egmmqqq.......
older       egmmqqq.......
newer       egmmqqqqq.....
bottom      egmmqqqqqqq...
admin       egmmqqqqqqq...
roleless    egmmqqqqqqqqqq
powerless   egmmpppppppppp
silenced    egmmtttttttttt
hoarse      egmm..........
"""
