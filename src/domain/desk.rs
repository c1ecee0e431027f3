//! A support desk as its operator configured it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::account::{Account, UserName};
use super::email::EmailAddress;
use super::ids::{ChannelId, DeskId, MemberId, RoleId};
use super::language::Language;
use super::profile::Profile;
use super::scope::Scope;

/// One desk: one Discord guild with its profile, roles and mailbox. Nothing crosses desks.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The guild's id.
    pub id: DeskId,
    /// The name that people read and operators type.
    pub name: String,
    /// The rules of the system it serves.
    pub profile: Profile,
    /// The language of public messages, and of readers whose own is not ours.
    pub language: Language,
    /// The zone in which calendar months are counted and mails state times.
    pub zone: TimeZone,
    /// Where escalations and answers of people go.
    pub contact_mailbox: EmailAddress,
    /// The https base address of links in letters (R23), without a slash at the end.
    pub portal_url: Option<String>,
    /// Where staff are told things.
    pub support_channel: Option<ChannelId>,
    /// Where requests are decided.
    pub approvals_channel: Option<ChannelId>,
    /// Roles of support staff.
    pub staff_roles: Vec<RoleId>,
    /// Roles of superusers with their scopes.
    pub superusers: Vec<SuperuserEntry>,
    /// Roles that read the audit trail and act on nothing.
    pub auditor_roles: Vec<RoleId>,
    /// Groups whose members, and whose granting, need a second superuser (R04).
    pub privileged_groups: Vec<String>,
    /// Whose account is whose (R03).
    pub people: Vec<KnownPerson>,
    /// Whether changes are reported to the system by themselves; else somebody carries them over (D12).
    pub has_webhook: bool,
    /// The desk's own lines for letters.
    pub texts: BTreeMap<Language, DeskTexts>,
}

/// A role that holds authority over scopes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SuperuserEntry {
    /// The Discord role.
    pub role: RoleId,
    /// What it has authority over.
    pub scopes: Vec<Scope>,
}

/// A member of the guild and their own account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownPerson {
    /// The Discord member.
    pub member: MemberId,
    /// Their account.
    pub username: UserName,
}

/// What a desk says of itself in letters of one language.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DeskTexts {
    /// Who signs.
    pub signature: Option<String>,
    /// When the desk can be reached.
    pub opening_hours: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
}

impl Desk {
    /// Whether the account belongs to somebody who works here (R03, R04).
    #[must_use]
    pub fn belongs_to_a_member(&self, account: &Account) -> bool {
        let key = account.data.username.key();
        self.people
            .iter()
            .any(|person| person.username.key() == key)
    }

    /// Whether this member owns the account (R03).
    #[must_use]
    pub fn is_own_account(&self, member: MemberId, account: &Account) -> bool {
        let key = account.data.username.key();
        self.people
            .iter()
            .any(|person| person.member == member && person.username.key() == key)
    }

    /// Whether the account holds a privileged group (R04).
    #[must_use]
    pub fn holds_privileged_group(&self, account: &Account) -> bool {
        self.privileged_groups
            .iter()
            .any(|group| account.data.groups.contains(group))
    }

    /// The role of the most specific superuser entry that covers all of these scopes (E02).
    #[must_use]
    pub fn responsible_role(&self, scopes: &BTreeSet<Scope>) -> Option<RoleId> {
        most_specific(self.superusers.iter(), scopes)
    }
}

impl Desk {
    /// Whether every one of these scopes has a superuser entry, so that a request about them can be decided.
    #[must_use]
    pub fn somebody_decides(&self, scopes: &BTreeSet<Scope>) -> bool {
        let covered = |scope: &Scope| {
            let mut entries = self.superusers.iter();
            entries.any(|entry| entry.scopes.iter().any(|own| own.covers(scope)))
        };
        scopes.iter().all(covered)
    }

    /// The role for all of these scopes, else the most specific one for each of them.
    #[must_use]
    pub fn responsible_roles(&self, scopes: &BTreeSet<Scope>) -> Vec<RoleId> {
        if let Some(role) = self.responsible_role(scopes) {
            return vec![role];
        }
        let for_each = scopes
            .iter()
            .filter_map(|scope| self.responsible_role(&BTreeSet::from([scope.clone()])));
        for_each.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Of the entries that cover every scope, the one whose covering scope is deepest.
pub(super) fn most_specific<'e>(
    entries: impl Iterator<Item = &'e SuperuserEntry>,
    scopes: &BTreeSet<Scope>,
) -> Option<RoleId> {
    entries
        .filter_map(|entry| {
            let depths = scopes.iter().map(|scope| {
                entry
                    .scopes
                    .iter()
                    .filter(|own| own.covers(scope))
                    .map(Scope::depth)
                    .max()
            });
            let shallowest = depths.collect::<Option<Vec<_>>>()?.into_iter().min()?;
            Some((shallowest, entry.role))
        })
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, role)| role)
}
