//! Who may do what: authority from a member's roles in this very interaction (R01), and the permits it gives.
//! A use case cannot act without a permit, and only this file makes one.

use std::collections::BTreeSet;

use super::account::{Account, PersonLine};
use super::audit::Actor;
use super::desk::{self, Desk, SuperuserEntry};
use super::ids::{AccountId, MemberId, RoleId};
use super::refusal::{Refusal, SecondPerson};
use super::scope::Scope;

/// Who is calling, as Discord tells in the interaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The Discord user.
    pub id: MemberId,
    /// The roles held at this moment.
    pub roles: Vec<RoleId>,
}

/// What a member may do on a desk at this moment.
#[derive(Clone, Debug)]
pub struct Authority {
    member: MemberId,
    staff_role: Option<RoleId>,
    entries: Vec<SuperuserEntry>,
}

/// Which accounts a caller sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sight {
    /// All of the desk.
    WholeDesk,
    /// Those with a scope equal to or under one of these.
    Scopes(Vec<Scope>),
}

impl Sight {
    /// Whether an account with these scopes is seen.
    #[must_use]
    pub fn reaches(&self, scopes: &BTreeSet<Scope>) -> bool {
        match self {
            Self::WholeDesk => true,
            Self::Scopes(own) => scopes
                .iter()
                .any(|scope| own.iter().any(|mine| mine.covers(scope))),
        }
    }
}

/// Leave to show one account to one caller.
#[derive(Debug)]
pub struct ViewPermit {
    actor: Actor,
    account: AccountId,
}

/// Leave to change one account, for one superuser, at this moment.
#[derive(Debug)]
pub struct ChangePermit {
    actor: Actor,
    account: AccountId,
}

impl ViewPermit {
    /// Who looks.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// What may be looked at.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }
}

impl ChangePermit {
    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// What may be changed.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }
}

impl Authority {
    /// Reads the authority from the roles; default deny (R01).
    ///
    /// # Errors
    /// The member holds no role of this desk that may use commands (E01 names those that would).
    pub fn of(desk: &Desk, member: &Member) -> Result<Self, Refusal> {
        let holds = |role: &RoleId| member.roles.contains(role);
        let authority = Self {
            member: member.id,
            staff_role: desk.staff_roles.iter().copied().find(|role| holds(role)),
            entries: desk
                .superusers
                .iter()
                .filter(|entry| holds(&entry.role))
                .cloned()
                .collect(),
        };
        if authority.staff_role.is_none() && authority.entries.is_empty() {
            let superusers = desk.superusers.iter().map(|entry| entry.role);
            let roles: BTreeSet<RoleId> =
                desk.staff_roles.iter().copied().chain(superusers).collect();
            return Err(Refusal::MissingRole {
                roles: roles.into_iter().collect(),
            });
        }
        Ok(authority)
    }

    /// The caller, with the first role that gives them a part in this desk.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let role = self
            .entries
            .first()
            .map(|entry| entry.role)
            .or(self.staff_role);
        Actor {
            member: Some(self.member),
            role,
        }
    }

    /// Which accounts the caller sees: staff all of the desk, superusers those of their scopes.
    #[must_use]
    pub fn sight(&self) -> Sight {
        let scopes: Vec<Scope> = self
            .entries
            .iter()
            .flat_map(|entry| entry.scopes.iter().cloned())
            .collect();
        if self.staff_role.is_some() || scopes.iter().any(Scope::is_whole_desk) {
            return Sight::WholeDesk;
        }
        Sight::Scopes(scopes)
    }

    /// Leave to show the account: authority over one of its scopes.
    ///
    /// # Errors
    /// It is out of the caller's sight, which reads like an unknown person.
    pub fn may_view(&self, account: &Account) -> Result<ViewPermit, Refusal> {
        if self.sight().reaches(&account.effective_scopes()) {
            return Ok(ViewPermit {
                actor: self.actor(),
                account: account.id,
            });
        }
        Err(Refusal::PersonNotFound)
    }

    /// Leave to change the account: a superuser with authority over all of its scopes, who does not own it (R03),
    /// and nothing about it that needs a second person (R04).
    ///
    /// # Errors
    /// The first of these that is missing.
    pub fn may_change(&self, desk: &Desk, account: &Account) -> Result<ChangePermit, Refusal> {
        self.may_view(account)?;
        let scopes = account.effective_scopes();
        let Some(role) = self.role_over(&scopes) else {
            return Err(
                if self.entries.is_empty() || !Sight::Scopes(self.own_scopes()).reaches(&scopes) {
                    Refusal::NeedsSuperuser {
                        responsible: desk.responsible_role(&scopes),
                    }
                } else {
                    Refusal::NeedsAllScopes {
                        responsible: desk.responsible_roles(&scopes),
                    }
                },
            );
        };
        if desk.is_own_account(self.member, account) {
            return Err(Refusal::OwnAccount);
        }
        if desk.belongs_to_a_member(account) {
            return Err(Refusal::NeedsSecondPerson(SecondPerson::SuperuserAccount));
        }
        if desk.holds_privileged_group(account) {
            return Err(Refusal::NeedsSecondPerson(SecondPerson::PrivilegedGroup));
        }
        let actor = Actor {
            member: Some(self.member),
            role: Some(role),
        };
        Ok(ChangePermit {
            actor,
            account: account.id,
        })
    }

    /// The caller's own role with authority over all of these scopes, the most specific one.
    fn role_over(&self, scopes: &BTreeSet<Scope>) -> Option<RoleId> {
        if let Some(role) = desk::most_specific(self.entries.iter(), scopes) {
            return Some(role);
        }
        // several roles together may cover what none covers alone
        let own = self.own_scopes();
        let together = scopes
            .iter()
            .all(|scope| own.iter().any(|mine| mine.covers(scope)));
        together
            .then(|| self.entries.first().map(|entry| entry.role))
            .flatten()
    }

    fn own_scopes(&self) -> Vec<Scope> {
        self.entries
            .iter()
            .flat_map(|entry| entry.scopes.iter().cloned())
            .collect()
    }
}

/// Keeps the lines that the caller sees; for people found by an exact name.
#[must_use]
pub fn visible(sight: &Sight, people: Vec<Account>) -> Vec<PersonLine> {
    let seen = people
        .into_iter()
        .filter(|account| sight.reaches(&account.effective_scopes()));
    seen.map(|account| PersonLine::from(&account)).collect()
}

impl From<&Account> for PersonLine {
    fn from(account: &Account) -> Self {
        let scope = account
            .effective_scopes()
            .into_iter()
            .next()
            .unwrap_or_else(Scope::whole_desk);
        Self {
            id: account.id,
            surname: account.data.surname.clone(),
            given_name: account.data.given_name.clone(),
            username: account.data.username.clone(),
            scope,
            email: account.data.email.clone(),
        }
    }
}
