//! What a member may do on a desk and why, told to the member alone.

use super::access::Member;
use super::account::UserName;
use super::desk::{Desk, SuperuserEntry};
use super::ids::RoleId;

/// A member's part in a desk, found in the roles of this moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WhoAmI {
    /// Roles that make support staff.
    pub staff: Vec<RoleId>,
    /// Roles that make a superuser, each with its scopes.
    pub superuser: Vec<SuperuserEntry>,
    /// Roles that make an auditor.
    pub auditor: Vec<RoleId>,
    /// The member's own account, if the desk knows it (R03).
    pub own: Option<UserName>,
    /// Whether a superuser froze the member, who may do nothing then (R39).
    pub frozen: bool,
}

impl WhoAmI {
    /// Reads the part from the member's roles.
    #[must_use]
    pub fn of(desk: &Desk, member: &Member, frozen: bool) -> Self {
        let held = |roles: &[RoleId]| {
            let held = roles.iter().filter(|role| member.roles.contains(role));
            held.copied().collect()
        };
        Self {
            staff: held(&desk.staff_roles),
            superuser: desk
                .superusers
                .iter()
                .filter(|entry| member.roles.contains(&entry.role))
                .cloned()
                .collect(),
            auditor: held(&desk.auditor_roles),
            own: desk
                .people
                .iter()
                .find(|person| person.member == member.id)
                .map(|person| person.username.clone()),
            frozen,
        }
    }

    /// Whether no role gives a part in the desk.
    #[must_use]
    pub const fn is_outsider(&self) -> bool {
        self.staff.is_empty() && self.superuser.is_empty() && self.auditor.is_empty()
    }
}
