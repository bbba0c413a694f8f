"""The people, servers and channels that every playground starts with, always with the same IDs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from discord_api import snowflakes
from discord_api.permissions import Overwrite, Permissions
from playground.world.clock import Clock
from playground.world.entities import Channel, ChannelType, Guild, Member, Message, Role, User
from playground.world.world import World

OWNER = 209734102881632256
MANAGER = 241380417905229824
ADMINISTRATOR = 275130384941219840
MATE = 362514707832569856
MODERATOR = 318925670440038400
ALICE = 402117835204198400
BOB = 455209318846922752
BRUNA = 517760294412853248
CARMEN = 583011947620515840
PRIVATE = 640872215093477376
STRANGER = 701135580229763072

HARBOUR = 820417733901516800
PRACA = 871620954418216960

GENERAL = 820417738561388544
MARKET = 820417741006667776
ARCADE = 820417743221260288
NOTICES = 820417745301635072
WATCH_ROOM = 820417749273640960
DECK = 820417752146739200
ASHORE = 820417736791392256
CREW_ONLY = 820417747537199104
GERAL = 871620958033707008
LOJA = 871620960294436864

CAPTAIN = 820418012604563456
BOT_ROLE = 820418014651383808
WATCH = 820418016589152256
FIRST_MATE = 820418024051834880
HARBOUR_MASTER = 820418026207707136
KEEPER = 820418018547892224
SAILOR = 820418020443717632
BOOSTER = 820418022243074048
PRACA_BOT_ROLE = 871621104859512832
PRACA_ROLE = 871621106885361664

P = Permissions
MEMBERS_MAY = (
    P.VIEW_CHANNEL | P.SEND_MESSAGES | P.READ_MESSAGE_HISTORY | P.EMBED_LINKS | P.ATTACH_FILES | P.ADD_REACTIONS
    | P.USE_APPLICATION_COMMANDS | P.CHANGE_NICKNAME | P.CONNECT | P.SPEAK | P.CREATE_INSTANT_INVITE
    | P.SEND_MESSAGES_IN_THREADS | P.CREATE_PUBLIC_THREADS | P.USE_EXTERNAL_EMOJIS | P.SEND_POLLS
)  # fmt: skip
BOT_MAY = P(564341925604534) | P.PIN_MESSAGES | P.USE_APPLICATION_COMMANDS
WATCH_MAY = P.MANAGE_MESSAGES | P.MODERATE_MEMBERS | P.KICK_MEMBERS | P.MANAGE_NICKNAMES | P.VIEW_AUDIT_LOG
MATE_MAY = WATCH_MAY | P.BAN_MEMBERS | P.MANAGE_ROLES
CAPTAIN_MAY = WATCH_MAY | P.MANAGE_GUILD | P.MANAGE_ROLES | P.MANAGE_CHANNELS | P.BAN_MEMBERS | P.MENTION_EVERYONE


def newcomer_id(application_id: int) -> int:
    """The ID of someone whose account is one day older than the bot's."""
    return snowflakes.first_at(snowflakes.made_at(application_id) - timedelta(days=1)) + 7


def people(application_id: int) -> Iterable[User]:
    """Everyone you can act as, with the most permissions first."""
    yield User(OWNER, "nora.lindqvist", "Nora Lindqvist", about="owns The Harbour")
    yield User(MANAGER, "samir.h", "Samir Haddad", about="manages The Harbour (Manage Server)")
    yield User(ADMINISTRATOR, "greta.s", "Greta Solberg", about="an administrator of The Harbour, below the bot")
    yield User(MATE, "jonasfalk", "Jonas Falk", about="moderates The Harbour and may ban (First Mate)")
    yield User(MODERATOR, "inesduarte", "Inês Duarte", "pt-BR", about="moderates The Harbour, owns Praça do Sol")
    yield User(ALICE, "alice.moreau", "Alice Moreau", about="a member of both servers")
    yield User(BOB, "bobcastell", "Bob Castell", about="a member of The Harbour")
    yield User(BRUNA, "brunateixeira", "Bruna Teixeira", "pt-BR", about="a member of both servers; Portuguese")
    yield User(CARMEN, "carmen.ibarra", "Carmen Ibarra", "es-ES", about="a member of The Harbour; Spanish")
    yield User(PRIVATE, "otto_v", "Otto Vance", about="a member who doesn't accept direct messages", takes_dms=False)
    yield User(
        newcomer_id(application_id), "finn_new", "Finn Adeyemi", about="a new member; the account is one day old"
    )
    yield User(STRANGER, "wren", "Wren Aldous", about="a stranger, in neither server")


def build(application_id: int, clock: Clock) -> World:
    """The world at the start of a playground."""
    bot = User(application_id, "Tatiana", None, about="the bot", bot=True, public_flags=1 << 19)
    world = World(bot, clock)
    for person in people(application_id):
        world.users[person.id] = person
    _add_harbour(world)
    _add_praca(world)
    return world


def _add_harbour(world: World) -> None:
    guild = Guild(HARBOUR, "The Harbour", OWNER, "en-US")
    _add_roles(
        guild,
        Role(HARBOUR, "@everyone", 0, MEMBERS_MAY),
        Role(BOOSTER, "Server Booster", 1, color=0xF47FFF, managed=True),
        Role(SAILOR, "Sailor", 2, color=0x3BA7C9, mentionable=True),
        Role(KEEPER, "Lighthouse Keeper", 3, color=0xE0A63A, hoist=True),
        Role(WATCH, "Harbour Watch", 4, WATCH_MAY, color=0x4FAE7B, hoist=True, mentionable=True),
        Role(FIRST_MATE, "First Mate", 5, MATE_MAY, color=0x5C7FBF, hoist=True),
        Role(HARBOUR_MASTER, "Harbour Master", 6, P.ADMINISTRATOR, color=0x8A63B8, hoist=True),
        Role(BOT_ROLE, "Tatiana", 7, BOT_MAY, managed=True, bot_id=world.bot.id),
        Role(CAPTAIN, "Captain", 8, CAPTAIN_MAY, color=0xC8553D, hoist=True),
    )
    hidden = [
        Overwrite(HARBOUR, deny=P.VIEW_CHANNEL),
        Overwrite(WATCH, allow=P.VIEW_CHANNEL),
        Overwrite(CAPTAIN, allow=P.VIEW_CHANNEL),
        Overwrite(BOT_ROLE, allow=P.VIEW_CHANNEL),
    ]
    read_only = [
        Overwrite(HARBOUR, deny=P.SEND_MESSAGES),
        Overwrite(BOT_ROLE, deny=P.SEND_MESSAGES),
        Overwrite(CAPTAIN, allow=P.SEND_MESSAGES),
    ]
    _add_channels(
        world,
        guild,
        Channel(ASHORE, ChannelType.CATEGORY, "Ashore"),
        Channel(GENERAL, ChannelType.TEXT, "general", topic="Everything and nothing", parent_id=ASHORE),
        Channel(MARKET, ChannelType.TEXT, "market", topic="Pay, ask, buy and sell", parent_id=ASHORE),
        Channel(ARCADE, ChannelType.TEXT, "arcade", topic="Bets and games", parent_id=ASHORE),
        Channel(NOTICES, ChannelType.TEXT, "notices", topic="News from the crew; only captains write here",
                parent_id=ASHORE, overwrites=read_only),
        Channel(DECK, ChannelType.VOICE, "On deck", parent_id=ASHORE),
        Channel(CREW_ONLY, ChannelType.CATEGORY, "Crew only", overwrites=hidden),
        Channel(WATCH_ROOM, ChannelType.TEXT, "watch-room", topic="Members can't see this channel",
                parent_id=CREW_ONLY, overwrites=hidden),
    )  # fmt: skip
    newcomer = newcomer_id(world.bot.id)
    _add_member(guild, world.bot.id, "2023-03-14", [BOT_ROLE], status_text="Type / to see what I can do")
    _add_member(guild, OWNER, "2021-03-13", [], status_text="Paperwork")
    _add_member(guild, MANAGER, "2021-04-02", [CAPTAIN], nick="Samir (captain)")
    _add_member(guild, ADMINISTRATOR, "2021-05-11", [HARBOUR_MASTER])
    _add_member(guild, MATE, "2021-06-30", [WATCH, FIRST_MATE], status_text="Below deck")
    _add_member(guild, MODERATOR, "2021-09-20", [WATCH], status_text="On watch until six")
    _add_member(guild, ALICE, "2022-01-08", [SAILOR], status_text="Mending nets")
    _add_member(guild, BOB, "2022-05-17", [SAILOR])
    _add_member(guild, BRUNA, "2023-02-11", [KEEPER], nick="Bru")
    _add_member(guild, CARMEN, "2024-06-30", [], status_text="¡Buen viento!")
    _add_member(guild, PRIVATE, "2024-08-01", [BOOSTER])
    _add_member(guild, newcomer, snowflakes.made_at(newcomer + (1 << 40)).isoformat(), [])
    _say(
        world,
        NOTICES,
        OWNER,
        f"Welcome ashore. Tatiana keeps the purse of this harbour: try `/daily` in <#{MARKET}>.",
    )
    _say(world, GENERAL, BOB, "Morning! Is the market open yet?")
    _say(world, GENERAL, ALICE, f"Since dawn. <@{BOB}>, you still owe me for the rope.")
    _say(world, MARKET, MANAGER, "Type `/` and see what is on offer.")
    _say(world, WATCH_ROOM, MODERATOR, "A new face today. Nothing to report otherwise.")


def _add_praca(world: World) -> None:
    guild = Guild(PRACA, "Praça do Sol", MODERATOR, "pt-BR")
    _add_roles(
        guild,
        Role(PRACA, "@everyone", 0, MEMBERS_MAY),
        Role(PRACA_ROLE, "Vizinhança", 1, color=0xD9A441, mentionable=True),
        Role(PRACA_BOT_ROLE, "Tatiana", 2, BOT_MAY, managed=True, bot_id=world.bot.id),
    )
    _add_channels(
        world,
        guild,
        Channel(GERAL, ChannelType.TEXT, "geral", topic="Conversa na sombra"),
        Channel(LOJA, ChannelType.TEXT, "loja", topic="Compras e trocas"),
    )
    _add_member(guild, world.bot.id, "2024-02-01", [PRACA_BOT_ROLE])
    _add_member(guild, MODERATOR, "2021-08-01", [])
    _add_member(guild, ALICE, "2024-03-05", [])
    _add_member(guild, BRUNA, "2023-11-25", [PRACA_ROLE], status_text="Café?")
    _say(world, GERAL, MODERATOR, "Bom dia, praça! Hoje tem `/daily` para todo mundo.")


def _add_roles(guild: Guild, *roles: Role) -> None:
    guild.roles = {role.id: role for role in roles}


def _add_channels(world: World, guild: Guild, *channels: Channel) -> None:
    world.guilds[guild.id] = guild
    for position, channel in enumerate(channels):
        channel.guild_id, channel.position = guild.id, position
        world.channels[channel.id] = channel
        guild.channel_ids.append(channel.id)


def _add_member(
    guild: Guild, user_id: int, joined: str, role_ids: list[int], nick: str | None = None, status_text: str = ""
) -> None:
    joined_at = datetime.fromisoformat(joined).replace(tzinfo=UTC)
    guild.members[user_id] = Member(user_id, joined_at, role_ids, nick, status_text)


def _say(world: World, channel_id: int, author_id: int, text: str) -> None:
    world.add_message(Message(world.new_id(), channel_id, author_id, text))
