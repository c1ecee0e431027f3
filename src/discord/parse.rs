//! From an interaction to a typed call, or to a refusal. Nothing here decides who may do what.

use secrecy::SecretString;
use serenity::all::{
    ActionRowComponent, CommandDataOptionValue, CommandInteraction, ComponentInteraction,
    ComponentInteractionDataKind, GuildId, Interaction, MessageFlags, ModalInteraction, User,
};

use crate::discord::answer::FIRST_WITHIN;
use crate::discord::custom_id::CustomId;
use crate::discord::deadline::Deadline;
use crate::discord::definitions::{
    AUDIT, DESK, FREEZE, LOCK_STATUS, REQUESTS, RESEND_CODE, UNFREEZE, WHOAMI,
};
use crate::domain::access::Member;
use crate::domain::ids::{ChannelId, DeskId, DraftId, InteractionId, MemberId, RoleId};
use crate::domain::lists::{PersonList, Turn};
use crate::domain::profile::SendKind;
use crate::domain::reason::ReadyReason;
use crate::domain::request::RequestState;
use crate::domain::request_view::{Frost, RequestFilter};
use crate::domain::trail::{Since, TrailPart, TrailTurn};
use crate::domain::verification::VerificationMethod;
use crate::service::call::{Call, Intent, RequestDeed, ResendWanted, Step};
use crate::service::find_person;

/// The custom id of the text input of every form.
pub const FORM_INPUT: &str = "text";

/// An interaction as far as an answer needs it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Its id.
    pub id: InteractionId,
    /// What answers are sent with; worthless after 15 minutes.
    pub token: SecretString,
    /// The bot's application.
    pub application: u64,
    /// The caller's locale.
    pub locale: String,
    /// The guild.
    pub desk: Option<DeskId>,
    /// The channel.
    pub channel: Option<ChannelId>,
    /// Whether the answer takes the place of the message that was clicked.
    pub updates: bool,
    /// Until when the first answer may be tried, counted from the receipt.
    pub answer_by: Deadline,
}

/// What is to be done with an interaction.
#[derive(Clone, Debug)]
pub enum Parsed {
    /// A call for the service.
    Call(Call),
    /// A form is to be opened; nothing needs to be looked up.
    OpenForm(CustomId),
    /// Autocomplete asks for choices.
    Suggest(Suggest),
}

/// What autocomplete asks for.
#[derive(Clone, Debug)]
pub struct Suggest {
    /// The guild.
    pub desk: DeskId,
    /// Who is typing.
    pub member: Member,
    /// Which option.
    pub option: SuggestOption,
    /// Whether it is for reading the trail, which other people may do.
    pub for_trail: bool,
    /// What was typed so far.
    pub typed: String,
}

/// The options that have autocomplete.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SuggestOption {
    /// People.
    User,
    /// Ready reasons.
    Reason,
    /// One that this version does not know.
    Unknown,
}

/// Reads an interaction at its receipt; `None` for kinds that need no answer from us.
#[must_use]
pub fn parse(interaction: &Interaction) -> Option<(Origin, Parsed)> {
    match interaction {
        Interaction::Command(command) => Some(command_call(command)),
        Interaction::Autocomplete(command) => Some(autocomplete(command)),
        Interaction::Component(component) => Some(component_call(component)),
        Interaction::Modal(modal) => Some(modal_call(modal)),
        _ => None,
    }
}

/// Who acts where. Outside any guild it is a user without roles, who is refused like everybody without a part.
fn desk_and_member(
    guild: Option<GuildId>,
    member: Option<&serenity::all::Member>,
    user: &User,
) -> (DeskId, Member) {
    let (desk, roles) = match (guild, member) {
        (Some(guild), Some(member)) => (DeskId(guild.get().cast_signed()), member.roles.as_slice()),
        _ => (DeskId::OUTSIDE, [].as_slice()),
    };
    let roles = roles.iter().map(|role| RoleId(role.get().cast_signed()));
    let member = Member {
        id: MemberId(user.id.get().cast_signed()),
        roles: roles.collect(),
    };
    (desk, member)
}

fn call(origin: &Origin, (desk, member): (DeskId, Member), intent: Intent) -> Parsed {
    Parsed::Call(Call {
        desk,
        member,
        interaction: origin.id,
        channel: origin.channel,
        intent,
    })
}

/// What this version does not know is refused beside what was clicked, and audited like every refusal.
fn old(origin: Origin, member: (DeskId, Member)) -> (Origin, Parsed) {
    let origin = Origin {
        updates: false,
        ..origin
    };
    let parsed = call(&origin, member, Intent::OldComponent);
    (origin, parsed)
}

fn command_call(command: &CommandInteraction) -> (Origin, Parsed) {
    let origin = Origin {
        id: InteractionId(command.id.get().cast_signed()),
        token: command.token.clone().into(),
        application: command.application_id.get(),
        locale: command.locale.clone(),
        desk: command
            .guild_id
            .map(|guild| DeskId(guild.get().cast_signed())),
        channel: channel(command.channel_id),
        updates: false,
        answer_by: Deadline::within(FIRST_WITHIN),
    };
    let text = |name: &str| {
        let option = command
            .data
            .options
            .iter()
            .find(|option| option.name == name)?;
        match &option.value {
            CommandDataOptionValue::String(text) => Some(text.clone()),
            _ => None,
        }
    };
    let member = desk_and_member(command.guild_id, command.member.as_deref(), &command.user);
    let intent = match command.data.name.as_str() {
        LOCK_STATUS => Intent::LockStatus { user: text("user") },
        DESK => match desk_intent(command) {
            Some(Ok(intent)) => intent,
            Some(Err(form)) => return (origin, Parsed::OpenForm(form)),
            None => return old(origin, member),
        },
        REQUESTS => match requests_filter(command) {
            Some(filter) => Intent::Requests {
                filter,
                before: i64::MAX,
            },
            None => return old(origin, member),
        },
        AUDIT => match text("since").map_or(Some(Since::All), |since| Since::parse(&since)) {
            Some(since) => Intent::Audit {
                user: text("user"),
                since,
            },
            None => return old(origin, member),
        },
        RESEND_CODE => match text("kind")
            .map(|kind| SendKind::parse(&kind).ok_or(()))
            .transpose()
        {
            Ok(kind) => Intent::ResendCode(ResendWanted {
                user: text("user"),
                kind,
                reason: text("reason"),
                email: text("email"),
            }),
            Err(()) => return old(origin, member),
        },
        _ => return old(origin, member),
    };
    let parsed = call(&origin, member, intent);
    (origin, parsed)
}

/// What a subcommand of `/desk` wants, or the form that asks for its reason.
fn desk_intent(command: &CommandInteraction) -> Option<Result<Intent, CustomId>> {
    let subcommand = command.data.options.first()?;
    let frost = match subcommand.name.as_str() {
        WHOAMI => return Some(Ok(Intent::WhoAmI)),
        FREEZE => Frost::Freeze,
        UNFREEZE => Frost::Unfreeze,
        _ => return None,
    };
    let CommandDataOptionValue::SubCommand(options) = &subcommand.value else {
        return None;
    };
    let (mut member, mut reason) = (None, String::new());
    for option in options {
        match &option.value {
            CommandDataOptionValue::User(user) => member = Some(MemberId(user.get().cast_signed())),
            CommandDataOptionValue::String(text) => reason.clone_from(text),
            _ => {}
        }
    }
    Some(match member {
        Some(member) if reason.is_empty() => Err(CustomId::FrostForm(frost, member)),
        member => Ok(Intent::Freeze {
            frost,
            member,
            reason,
        }),
    })
}

/// Which requests are asked for: those that wait, unless a state is named.
fn requests_filter(command: &CommandInteraction) -> Option<RequestFilter> {
    let value = |name: &str| {
        let mut options = command.data.options.iter();
        options
            .find(|option| option.name == name)
            .map(|option| &option.value)
    };
    let mine = matches!(value("mine"), Some(CommandDataOptionValue::Boolean(true)));
    match value("state") {
        None => RequestFilter::parse(RequestState::Requested.code(), mine),
        Some(CommandDataOptionValue::String(state)) => RequestFilter::parse(state, mine),
        Some(_) => None,
    }
}

fn autocomplete(command: &CommandInteraction) -> (Origin, Parsed) {
    let (origin, _) = command_call(command);
    let focused = command.data.autocomplete();
    let member = desk_and_member(command.guild_id, command.member.as_deref(), &command.user);
    let (desk, member) = member;
    let option = match focused.as_ref().map_or("", |focused| focused.name) {
        "user" => SuggestOption::User,
        "reason" => SuggestOption::Reason,
        _ => SuggestOption::Unknown,
    };
    (
        origin,
        Parsed::Suggest(Suggest {
            desk,
            member,
            option,
            for_trail: command.data.name == AUDIT,
            typed: focused.map_or_else(String::new, |focused| focused.value.to_owned()),
        }),
    )
}

fn component_call(component: &ComponentInteraction) -> (Origin, Parsed) {
    let id = CustomId::parse(&component.data.custom_id);
    // what a channel sees is never replaced by an answer to one member
    let private = is_private(&component.message);
    let origin = Origin {
        id: InteractionId(component.id.get().cast_signed()),
        token: component.token.clone().into(),
        application: component.application_id.get(),
        locale: component.locale.clone(),
        desk: component
            .guild_id
            .map(|guild| DeskId(guild.get().cast_signed())),
        channel: channel(component.channel_id),
        updates: private && id.is_some_and(|id| !opens_beside(id)),
        answer_by: Deadline::within(FIRST_WITHIN),
    };
    let (picked, member) = match &component.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => {
            (values.first().map(String::as_str), None)
        }
        ComponentInteractionDataKind::UserSelect { values } => {
            let member = values
                .first()
                .map(|user| MemberId(user.get().cast_signed()));
            (None, member)
        }
        _ => (None, None),
    };
    let intent = match (id, member) {
        (
            Some(
                id @ (CustomId::FindPerson
                | CustomId::OpenForm(..)
                | CustomId::Deny(_)
                | CustomId::FrostForm(..)),
            ),
            _,
        ) => {
            return (origin, Parsed::OpenForm(id));
        }
        (Some(CustomId::PickMember(frost)), Some(member)) => {
            return (origin, Parsed::OpenForm(CustomId::FrostForm(frost, member)));
        }
        (Some(id), _) => component_intent(id, picked),
        (None, _) => None,
    };
    let member = desk_and_member(
        component.guild_id,
        component.member.as_ref(),
        &component.user,
    );
    let Some(intent) = intent else {
        return old(origin, member);
    };
    let parsed = call(&origin, member, intent);
    (origin, parsed)
}

/// A button of the card begins a dialog of its own, a card opens beside its list, a timeline beside its card, details
/// beside what they are of; everything else goes on where it stands.
const fn opens_beside(id: CustomId) -> bool {
    matches!(
        id,
        CustomId::Card(..)
            | CustomId::PickListed
            | CustomId::Timeline(_)
            | CustomId::PickRequest
            | CustomId::Details(_)
    )
}

fn is_private(message: &serenity::all::Message) -> bool {
    let flags = message.flags.unwrap_or_default();
    flags.contains(MessageFlags::EPHEMERAL)
}

fn channel(id: serenity::all::ChannelId) -> Option<ChannelId> {
    Some(ChannelId(id.get().cast_signed()))
}

fn component_intent(id: CustomId, picked: Option<&str>) -> Option<Intent> {
    let step = |draft: DraftId, step| Intent::Step { draft, step };
    let deed = |request, deed| Intent::Request { request, deed };
    Some(match id {
        CustomId::PickCard => Intent::ShowCard {
            account: find_person::chosen(picked?)?,
        },
        CustomId::Timeline(account) => Intent::Trail {
            part: TrailPart {
                account: Some(account),
                since: Since::All,
            },
            turn: TrailTurn::FIRST,
        },
        CustomId::Trail(part, turn) => Intent::Trail { part, turn },
        CustomId::PickTrail(since) => Intent::Trail {
            part: TrailPart {
                account: Some(find_person::chosen(picked?)?),
                since,
            },
            turn: TrailTurn::FIRST,
        },
        CustomId::PickListed => Intent::ShowCard {
            account: find_person::chosen(picked?)?,
        },
        CustomId::Lists => Intent::Lists,
        CustomId::PickList => Intent::ShowList {
            list: PersonList::parse(picked?)?,
            turn: Turn::FIRST,
        },
        CustomId::List(list, turn) => Intent::ShowList { list, turn },
        CustomId::ShowCard(account) => Intent::ShowCard { account },
        CustomId::Card(action, account) => Intent::CardButton { action, account },
        CustomId::ReopenForm(form, draft) => Intent::ReopenForm { draft, form },
        CustomId::PickPerson(draft) => step(draft, Step::Person(find_person::chosen(picked?)?)),
        CustomId::PickKind(draft) => step(draft, Step::Kind(SendKind::parse(picked?)?)),
        CustomId::PickReason(draft) => step(draft, Step::Reason(ReadyReason::parse(picked?)?)),
        CustomId::PickVerification(draft) => step(
            draft,
            Step::Verification(VerificationMethod::parse(picked?)?),
        ),
        CustomId::SetKind(kind, draft) => step(draft, Step::Kind(kind)),
        CustomId::Confirm(draft) => Intent::Confirm { draft },
        CustomId::Cancel(draft) => Intent::Cancel { draft },
        CustomId::Approve(request) => deed(request, RequestDeed::Approve),
        CustomId::Details(request) => deed(request, RequestDeed::Details),
        CustomId::ShowRequest(request) => deed(request, RequestDeed::Show),
        CustomId::CancelRequest(request) => deed(request, RequestDeed::Cancel),
        CustomId::PickRequest => deed(picked?.parse().ok()?, RequestDeed::Show),
        CustomId::Requests(filter, before) => Intent::Requests { filter, before },
        CustomId::PickState(mine) => Intent::Requests {
            filter: RequestFilter::parse(picked?, mine)?,
            before: i64::MAX,
        },
        CustomId::FindPerson
        | CustomId::FindPersonForm
        | CustomId::OpenForm(..)
        | CustomId::Form(..)
        | CustomId::Deny(_)
        | CustomId::DenyForm(_)
        | CustomId::PickMember(_)
        | CustomId::FrostForm(..) => return None,
    })
}

fn modal_call(modal: &ModalInteraction) -> (Origin, Parsed) {
    let origin = Origin {
        id: InteractionId(modal.id.get().cast_signed()),
        token: modal.token.clone().into(),
        application: modal.application_id.get(),
        locale: modal.locale.clone(),
        desk: modal
            .guild_id
            .map(|guild| DeskId(guild.get().cast_signed())),
        channel: channel(modal.channel_id),
        updates: modal.message.as_deref().is_some_and(is_private),
        answer_by: Deadline::within(FIRST_WITHIN),
    };
    let inputs = modal
        .data
        .components
        .iter()
        .flat_map(|row| row.components.iter());
    let typed = inputs.into_iter().find_map(|component| match component {
        ActionRowComponent::InputText(input) if input.custom_id == FORM_INPUT => {
            input.value.clone()
        }
        _ => None,
    });
    let text = typed.unwrap_or_default();
    let member = desk_and_member(modal.guild_id, modal.member.as_ref(), &modal.user);
    let intent = match CustomId::parse(&modal.data.custom_id) {
        Some(CustomId::FindPersonForm) => Intent::LockStatus { user: Some(text) },
        Some(CustomId::Form(form, draft)) => Intent::Step {
            draft,
            step: Step::Typed { form, text },
        },
        Some(CustomId::DenyForm(request)) => Intent::Request {
            request,
            deed: RequestDeed::Deny { reason: text },
        },
        Some(CustomId::FrostForm(frost, member)) => Intent::Freeze {
            frost,
            member: Some(member),
            reason: text,
        },
        _ => return old(origin, member),
    };
    let parsed = call(&origin, member, intent);
    (origin, parsed)
}
