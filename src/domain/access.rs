//! Who may do what: authority from a member's roles in this very interaction (R01), and the permits it gives.
//! A use case cannot act without a permit, and only this file makes one.

use std::collections::BTreeSet;

use super::account::{Account, PersonLine};
use super::audit::Actor;
use super::desk::{self, Desk, SuperuserEntry};
use super::ids::{AccountId, MemberId, RoleId};
use super::refusal::Refusal;
use super::request::ApprovalRule;
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

/// Leave to change one account at this moment: a superuser's own, or a requester's by a superuser's approval.
#[derive(Debug)]
pub struct ChangePermit {
    actor: Actor,
    approver: Option<MemberId>,
    account: AccountId,
}

/// Leave to ask for a change to one account.
#[derive(Debug)]
pub struct AskPermit {
    actor: Actor,
    account: AccountId,
    rule: ApprovalRule,
}

/// What a caller may do about a change.
#[derive(Debug)]
pub enum Leave {
    /// Make it.
    Act(ChangePermit),
    /// Ask a superuser for it.
    Ask(AskPermit),
}

/// Leave to decide a request about one account, for one superuser, at this moment (R01, R02, R05).
#[derive(Clone, Copy, Debug)]
pub struct DecisionPermit {
    member: MemberId,
    role: RoleId,
    account: AccountId,
}

/// Leave to freeze helpers and to set them free (R39).
#[derive(Clone, Copy, Debug)]
pub struct FreezePermit {
    actor: Actor,
    member: MemberId,
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

    /// Who approved it.
    #[must_use]
    pub const fn approver(&self) -> Option<MemberId> {
        self.approver
    }

    /// What may be changed.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }
}

impl AskPermit {
    /// Who asks.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// What the change is about.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Why it must be asked for.
    #[must_use]
    pub const fn rule(&self) -> ApprovalRule {
        self.rule
    }
}

impl DecisionPermit {
    /// Who decides.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        self.member
    }

    /// By which role.
    #[must_use]
    pub const fn role(&self) -> RoleId {
        self.role
    }

    /// The decider in the trail.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        Actor {
            member: Some(self.member),
            role: Some(self.role),
        }
    }

    /// Leave to change what was asked for, in the requester's name.
    #[must_use]
    pub const fn carry_out(self, requester: Actor) -> ChangePermit {
        ChangePermit {
            actor: requester,
            approver: Some(self.member),
            account: self.account,
        }
    }
}

impl FreezePermit {
    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// Whom it is about.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        self.member
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

    /// Leave about a change to the account. A superuser with authority over all of its scopes acts, unless a rule
    /// demands a second person: one about the account (R04), or `listed`, one about the change (R10, D6).
    /// Everybody else who sees the account may ask; nobody does either for their own (R03).
    ///
    /// # Errors
    /// The account is out of sight, the caller's own, or nobody could decide.
    pub fn leave(
        &self,
        desk: &Desk,
        account: &Account,
        listed: Option<ApprovalRule>,
    ) -> Result<Leave, Refusal> {
        self.may_view(account)?;
        if desk.is_own_account(self.member, account) {
            return Err(Refusal::OwnAccount);
        }
        let about_account = if desk.belongs_to_a_member(account) {
            Some(ApprovalRule::TeamAccount)
        } else if desk.holds_privileged_group(account) {
            Some(ApprovalRule::PrivilegedGroup)
        } else {
            None
        };
        let scopes = account.effective_scopes();
        let (role, rule) = (self.role_over(&scopes), about_account.or(listed));
        let actor = Actor {
            member: Some(self.member),
            role: role.or(self.actor().role),
        };
        if role.is_some() && rule.is_none() {
            return Ok(Leave::Act(ChangePermit {
                actor,
                approver: None,
                account: account.id,
            }));
        }
        if !desk.somebody_decides(&scopes) {
            return Err(Refusal::NobodyDecides);
        }
        let by_part = if self.staff_role.is_some() {
            ApprovalRule::Staff
        } else {
            ApprovalRule::OtherScopes
        };
        Ok(Leave::Ask(AskPermit {
            actor,
            account: account.id,
            rule: rule.unwrap_or(by_part),
        }))
    }

    /// Leave to decide a request about the account: authority over all of its scopes at this moment (R05), by
    /// somebody who neither asked (R02) nor owns it (R03).
    ///
    /// # Errors
    /// The first of these that is missing.
    pub fn may_decide(
        &self,
        desk: &Desk,
        account: &Account,
        requester: Option<MemberId>,
    ) -> Result<DecisionPermit, Refusal> {
        if requester == Some(self.member) {
            return Err(Refusal::OwnRequest);
        }
        let scopes = account.effective_scopes();
        let Some(role) = self.role_over(&scopes) else {
            return Err(if self.reaches_as_superuser(&scopes) {
                Refusal::NeedsAllScopes {
                    responsible: desk.responsible_roles(&scopes),
                }
            } else {
                Refusal::NeedsSuperuser {
                    responsible: desk.responsible_role(&scopes),
                }
            });
        };
        if desk.is_own_account(self.member, account) {
            return Err(Refusal::OwnAccount);
        }
        Ok(DecisionPermit {
            member: self.member,
            role,
            account: account.id,
        })
    }

    /// Leave to see a person's data in full: superusers in their scopes; staff never.
    ///
    /// # Errors
    /// The caller is no superuser of one of the account's scopes.
    pub fn may_see_details(&self, desk: &Desk, account: &Account) -> Result<ViewPermit, Refusal> {
        let scopes = account.effective_scopes();
        if !self.reaches_as_superuser(&scopes) {
            return Err(Refusal::NeedsSuperuser {
                responsible: desk.responsible_role(&scopes),
            });
        }
        Ok(ViewPermit {
            actor: self.actor(),
            account: account.id,
        })
    }

    /// Leave to freeze a helper or to set them free: any superuser, about anybody else (R39).
    ///
    /// # Errors
    /// The caller is no superuser, or means themselves.
    pub fn may_freeze(&self, desk: &Desk, member: MemberId) -> Result<FreezePermit, Refusal> {
        if self.entries.is_empty() {
            let roles: BTreeSet<RoleId> = desk.superusers.iter().map(|entry| entry.role).collect();
            return Err(Refusal::MissingRole {
                roles: roles.into_iter().collect(),
            });
        }
        if member == self.member {
            return Err(Refusal::FreezeOneself);
        }
        Ok(FreezePermit {
            actor: self.actor(),
            member,
        })
    }

    /// The caller.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        self.member
    }

    /// The accounts whose requests the caller may be asked to decide; `None` for somebody who decides nothing.
    #[must_use]
    pub fn decides_over(&self) -> Option<Sight> {
        let scopes = self.own_scopes();
        if scopes.is_empty() {
            return None;
        }
        Some(if scopes.iter().any(Scope::is_whole_desk) {
            Sight::WholeDesk
        } else {
            Sight::Scopes(scopes)
        })
    }

    fn reaches_as_superuser(&self, scopes: &BTreeSet<Scope>) -> bool {
        self.decides_over()
            .is_some_and(|sight| sight.reaches(scopes))
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
