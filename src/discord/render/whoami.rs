//! What the reader may do on this desk, why, and what needs somebody else.

use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone, plain};
use crate::domain::desk::{Desk, SuperuserEntry};
use crate::domain::ids::RoleId;
use crate::domain::whoami::WhoAmI;
use crate::locales::args;

/// Roles that one field names; a desk rarely has more.
const ROLES_SHOWN: usize = 20;

impl Writer<'_> {
    pub(super) fn whoami(&self, who: &WhoAmI) -> Page {
        let mut page = Page::new(Tone::Neutral, self.say("whoami-heading"));
        if !who.superuser.is_empty() {
            let entries = self.entries(&who.superuser);
            page = page.wide_field(
                self.say("whoami-superuser"),
                &format!("{}\n{entries}", self.say("whoami-superuser-text")),
            );
        }
        if !who.staff.is_empty() {
            let text = self.say("whoami-staff-text");
            let roles = self.role_names(&who.staff);
            page = page.wide_field(self.say("whoami-staff"), &format!("{text}\n{roles}"));
        }
        if !who.auditor.is_empty() {
            let text = self.say("whoami-auditor-text");
            let roles = self.role_names(&who.auditor);
            page = page.wide_field(self.say("whoami-auditor"), &format!("{text}\n{roles}"));
        }
        if who.frozen {
            page = page.paragraph(&self.say("whoami-frozen"));
        }
        let Some(desk) = self.desk else { return page };
        if who.is_outsider() {
            return self.outsider(page, desk);
        }
        let own = match &who.own {
            Some(username) => self.text(
                "whoami-own-known",
                &args().set("username", plain(username.as_str())),
            ),
            None => self.say("whoami-own-unknown"),
        };
        page = page.wide_field(self.say("whoami-own"), &own);
        if who.superuser.is_empty() {
            let entries = self.entries(&desk.superusers);
            return page.wide_field(
                self.say("whoami-others"),
                &format!("{}\n{entries}", self.say("whoami-others-changes")),
            );
        }
        let mut needs = vec![
            self.say("whoami-others-own"),
            self.say("whoami-others-team"),
        ];
        if !desk.privileged_groups.is_empty() {
            let groups: Vec<_> = desk
                .privileged_groups
                .iter()
                .map(|group| plain(group))
                .collect();
            let args = args().set("groups", groups.join(", "));
            needs.push(self.text("whoami-others-groups", &args));
        }
        let whole = who.superuser.iter().any(|entry| {
            entry
                .scopes
                .iter()
                .any(crate::domain::scope::Scope::is_whole_desk)
        });
        if !whole {
            needs.push(self.say("whoami-others-scopes"));
        }
        if desk.profile.address_change_days > 0 {
            let args = args().number("days", desk.profile.address_change_days);
            needs.push(self.text("whoami-others-address", &args));
        }
        let needs: Vec<_> = needs.iter().map(|need| format!("- {need}")).collect();
        page.wide_field(self.say("whoami-others"), &needs.join("\n"))
    }

    /// Which roles would do, and for what.
    fn outsider(&self, page: Page, desk: &Desk) -> Page {
        let mut page = page.paragraph(&self.say("whoami-outsider-text"));
        if !desk.superusers.is_empty() {
            page = page.wide_field(
                self.say("whoami-superuser"),
                &self.entries(&desk.superusers),
            );
        }
        for (roles, name) in [
            (&desk.staff_roles, "whoami-staff"),
            (&desk.auditor_roles, "whoami-auditor"),
        ] {
            if !roles.is_empty() {
                page = page.wide_field(self.say(name), &self.role_names(roles));
            }
        }
        page
    }

    fn role_names(&self, roles: &[RoleId]) -> String {
        let names = roles.iter().take(ROLES_SHOWN);
        names
            .map(|role| self.role(Some(*role)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Each role with what it has authority over.
    fn entries(&self, entries: &[SuperuserEntry]) -> String {
        let line = |entry: &SuperuserEntry| {
            let scopes: Vec<_> = entry
                .scopes
                .iter()
                .map(|scope| {
                    if scope.is_whole_desk() {
                        self.say("whoami-whole-desk")
                    } else {
                        plain(scope.as_str())
                    }
                })
                .collect();
            format!("{}: {}", self.role(Some(entry.role)), scopes.join(", "))
        };
        let lines = entries.iter().take(ROLES_SHOWN).map(line);
        lines.collect::<Vec<_>>().join("\n")
    }
}
