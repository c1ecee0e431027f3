//! A tiny bot on serenity's own client, and the guild it serves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use deskhand::sandbox::{
    ChannelSetup, GuildSetup, LocalDiscord, MemberSetup, Person, RoleSetup, Setup,
};
use serenity::all::{
    ActionRowComponent, AutocompleteChoice, ButtonStyle, Client, Command, CommandInteraction,
    CommandOptionType, ComponentInteraction, ComponentInteractionDataKind, Context,
    CreateActionRow, CreateAutocompleteResponse, CreateButton, CreateCommand, CreateCommandOption,
    CreateInputText, CreateInteractionResponse as Answer, CreateInteractionResponseMessage as Text,
    CreateModal, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
    EditInteractionResponse, EventHandler, GatewayIntents, Http, HttpBuilder, InputTextStyle,
    Interaction, ModalInteraction, Ready,
};
use serenity::async_trait;

pub(crate) const TOKEN: &str = "test.bot.token";
pub(crate) const APP: u64 = 900;
/// In shard 0 of any number, and (the second) in shard 1 of two.
pub(crate) const GUILD: u64 = 100;
pub(crate) const OTHER_GUILD: u64 = (1 << 22) | 7;
pub(crate) const CHANNEL: u64 = 200;
pub(crate) const OTHER_CHANNEL: u64 = 201;
pub(crate) const ANNA: u64 = 300;
pub(crate) const BEN: u64 = 301;
pub(crate) const STAFF: u64 = 400;

/// A clock that tests move by hand.
#[derive(Clone, Default)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    fn setup(&self) -> Setup {
        let offset = Arc::clone(&self.0);
        let now = move || {
            let milliseconds = 1_767_600_000_000 + offset.load(Ordering::SeqCst);
            jiff::Timestamp::from_millisecond(milliseconds).expect("a time in range")
        };
        Setup {
            now: Arc::new(now),
            ..setup()
        }
    }
}

fn member(user_id: u64, name: &str, locale: &str) -> MemberSetup {
    MemberSetup {
        user_id,
        name: name.into(),
        locale: locale.into(),
        roles: vec![STAFF],
    }
}

pub(crate) fn setup() -> Setup {
    let guild = |id, channels| GuildSetup {
        id,
        name: "Desk".into(),
        locale: "de".into(),
        roles: vec![RoleSetup {
            id: STAFF,
            name: "staff".into(),
            ..RoleSetup::default()
        }],
        channels,
        members: vec![member(ANNA, "anna", "fr"), member(BEN, "ben", "it")],
    };
    let channel = |id, name: &str| ChannelSetup {
        id,
        name: name.into(),
    };
    let here = vec![
        channel(CHANNEL, "support"),
        channel(OTHER_CHANNEL, "approvals"),
    ];
    Setup {
        token: TOKEN.into(),
        application_id: APP,
        guilds: vec![
            guild(GUILD, here),
            guild(OTHER_GUILD, vec![channel(777, "elsewhere")]),
        ],
        ..Setup::default()
    }
}

/// A local Discord with a running bot.
pub(crate) struct Desk {
    pub(crate) discord: LocalDiscord,
    pub(crate) clock: Clock,
    bot: Option<tokio::task::JoinHandle<()>>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(bot) = self.bot.take() {
            bot.abort();
        }
    }
}

impl Desk {
    /// Without a bot.
    pub(crate) async fn empty() -> Self {
        let clock = Clock::default();
        let discord = LocalDiscord::start(clock.setup())
            .await
            .expect("a free port");
        Self {
            discord,
            clock,
            bot: None,
        }
    }

    /// With the bot, registered and ready.
    pub(crate) async fn with_bot() -> Self {
        Self::with_intents(GatewayIntents::empty()).await
    }

    pub(crate) async fn with_intents(intents: GatewayIntents) -> Self {
        let mut desk = Self::empty().await;
        let client = client(&desk.discord, intents).await;
        desk.bot = Some(run(client));
        desk.discord
            .wait_until_ready()
            .await
            .expect("the bot comes");
        desk.discord
            .commands_registered(COMMANDS)
            .await
            .expect("the bot registers");
        desk
    }

    pub(crate) fn anna(&self) -> Person {
        self.discord.member(GUILD, ANNA).expect("anna is there")
    }

    pub(crate) fn ben(&self) -> Person {
        self.discord.member(GUILD, BEN).expect("ben is there")
    }
}

pub(crate) fn http(discord: &LocalDiscord, token: &str) -> Http {
    HttpBuilder::new(token)
        .proxy(discord.base_url())
        .ratelimiter_disabled(true)
        .build()
}

pub(crate) async fn client(discord: &LocalDiscord, intents: GatewayIntents) -> Client {
    let builder = serenity::client::ClientBuilder::new_with_http(http(discord, TOKEN), intents);
    builder.event_handler(Bot).await.expect("a client")
}

pub(crate) fn run(mut client: Client) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        client.start().await.expect("the gateway");
    })
}

struct Bot;

pub(crate) const COMMANDS: usize = 6;

fn commands() -> Vec<CreateCommand> {
    let text = |name: &str| CreateCommandOption::new(CommandOptionType::String, name, "a text");
    let user = text("user").set_autocomplete(true);
    let member = CreateCommandOption::new(CommandOptionType::User, "member", "a member");
    let count = CreateCommandOption::new(CommandOptionType::Integer, "count", "a number");
    let create = CreateCommandOption::new(CommandOptionType::SubCommand, "create", "creates")
        .add_sub_option(text("surname").required(true));
    vec![
        CreateCommand::new("lock-status")
            .description("shows a card")
            .add_option(user),
        CreateCommand::new("slow").description("defers first"),
        CreateCommand::new("public")
            .description("for everyone")
            .add_option(text("reason")),
        CreateCommand::new("freeze")
            .description("types")
            .add_option(member)
            .add_option(count),
        CreateCommand::new("account")
            .description("subcommands")
            .add_option(create),
        CreateCommand::new("bad")
            .description("breaks rules")
            .add_option(text("how")),
    ]
}

fn card(title: &str) -> Text {
    let unlock = CreateButton::new("v1:unlock:1")
        .label("Unlock")
        .style(ButtonStyle::Success);
    let deny = CreateButton::new("v1:deny:1")
        .label("Deny")
        .style(ButtonStyle::Danger);
    let off = CreateButton::new("v1:off:1").label("Off").disabled(true);
    let options = ["KT_User", "KT_ErhV"].map(|group| CreateSelectMenuOption::new(group, group));
    let options = CreateSelectMenuKind::String {
        options: options.to_vec(),
    };
    Text::new().content(title).ephemeral(true).components(vec![
        CreateActionRow::Buttons(vec![unlock, deny, off]),
        CreateActionRow::SelectMenu(CreateSelectMenu::new("v1:group:1", options)),
    ])
}

#[async_trait]
impl EventHandler for Bot {
    async fn ready(&self, ctx: Context, _: Ready) {
        Command::set_global_commands(&ctx.http, commands())
            .await
            .expect("registered");
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        // The local Discord is what is tested; it sees refusals itself.
        let _ = match &interaction {
            Interaction::Command(command) => on_command(&ctx, command).await,
            Interaction::Autocomplete(command) => on_autocomplete(&ctx, command).await,
            Interaction::Component(click) => on_component(&ctx, click).await,
            Interaction::Modal(modal) => on_modal(&ctx, modal).await,
            _ => Ok(()),
        };
    }
}

async fn on_command(ctx: &Context, command: &CommandInteraction) -> serenity::Result<()> {
    let option = |name: &str| {
        let found = command
            .data
            .options
            .iter()
            .find(|option| option.name == name);
        found
            .and_then(|option| option.value.as_str())
            .unwrap_or("nobody")
            .to_owned()
    };
    match command.data.name.as_str() {
        "lock-status" => {
            let card = card(&format!("card of {}", option("user")));
            command.create_response(ctx, Answer::Message(card)).await
        }
        "slow" => {
            command.defer_ephemeral(ctx).await?;
            let edit = EditInteractionResponse::new().content("done");
            command.edit_response(ctx, edit).await.map(drop)
        }
        "public" => {
            let said = Text::new().content(option("reason"));
            command.create_response(ctx, Answer::Message(said)).await
        }
        "freeze" => {
            let text = format!("{:?}", command.data.options());
            let text: String = text.chars().take(1900).collect();
            command
                .create_response(ctx, Answer::Message(Text::new().content(text)))
                .await
        }
        "account" => {
            let text = format!("{:?}", command.data.options());
            command
                .create_response(ctx, Answer::Message(Text::new().content(text)))
                .await
        }
        _ => match option("how").as_str() {
            "silent" => Ok(()),
            "long title" => {
                let modal = modal(&"t".repeat(46));
                command.create_response(ctx, Answer::Modal(modal)).await
            }
            _ => {
                command.defer(ctx).await?;
                command
                    .create_response(ctx, Answer::Modal(modal("late")))
                    .await
            }
        },
    }
}

async fn on_autocomplete(ctx: &Context, command: &CommandInteraction) -> serenity::Result<()> {
    let typed = command
        .data
        .autocomplete()
        .map_or("", |option| option.value);
    let choices =
        ["ros", "ross"].map(|end| AutocompleteChoice::new(format!("{typed}:{end}"), "a:1"));
    let choices = CreateAutocompleteResponse::new().set_choices(choices.to_vec());
    command
        .create_response(ctx, Answer::Autocomplete(choices))
        .await
}

fn modal(title: &str) -> CreateModal {
    let input = CreateInputText::new(InputTextStyle::Paragraph, "Reason", "reason").max_length(20);
    CreateModal::new("v1:reason:1", title).components(vec![CreateActionRow::InputText(input)])
}

async fn on_component(ctx: &Context, click: &ComponentInteraction) -> serenity::Result<()> {
    match (&*click.data.custom_id, &click.data.kind) {
        ("v1:unlock:1", _) => {
            let done = Text::new().content("unlocked").components(vec![]);
            click
                .create_response(ctx, Answer::UpdateMessage(done))
                .await
        }
        ("v1:deny:1", _) => {
            click
                .create_response(ctx, Answer::Modal(modal("Deny")))
                .await
        }
        ("v1:group:1", ComponentInteractionDataKind::StringSelect { values }) => {
            click.create_response(ctx, Answer::Acknowledge).await?;
            let edit = EditInteractionResponse::new().content(format!("chosen {values:?}"));
            click.edit_response(ctx, edit).await.map(drop)
        }
        (other, _) => {
            let text = Text::new()
                .content(format!("{other} is not known"))
                .ephemeral(true);
            click.create_response(ctx, Answer::Message(text)).await
        }
    }
}

async fn on_modal(ctx: &Context, modal: &ModalInteraction) -> serenity::Result<()> {
    let first = modal
        .data
        .components
        .first()
        .and_then(|row| row.components.first());
    let typed = match first {
        Some(ActionRowComponent::InputText(input)) => input.value.clone().unwrap_or_default(),
        _ => "nothing".into(),
    };
    let text = Text::new()
        .content(format!("denied: {typed}"))
        .ephemeral(true);
    modal.create_response(ctx, Answer::Message(text)).await
}
