//! Buckets and waits that Discord asks for (P33): nobody asks before the time has passed.

use std::time::Duration;

use deskhand::discord::rest::{Rest, RestError};
use deskhand::sandbox::Fault;
use serenity::http::{LightMethod, Request, Route};

use super::steps::{Case, EDIT, Step, calls, gated, plan};
use crate::support::desk::{Backend, TestDesk};
use crate::support::log;

fn limited(retry_after: f64) -> Fault {
    Fault::RateLimited {
        retry_after,
        global: false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p33_a_call_waits_until_its_bucket_is_filled_again_or_is_not_made() {
    const ME: (&str, &str) = ("GET", "/users/@me");
    let desk = TestDesk::start(Backend::Sqlite).await;
    let token = "local.demo.token".to_owned().into();
    let rest = Rest::new(&token, Some(desk.local.discord.base_url())).expect("a client");
    let me = || Request::new(Route::UserMe, LightMethod::Get);
    let (long, short) = (Duration::from_secs(5), Duration::from_millis(100));
    plan(&desk, ME, 1, limited(0.7));
    let told = rest.call(me(), long).await;
    let Err(RestError::RateLimited { retry_after_ms }) = told else {
        panic!("{told:?}");
    };
    assert_eq!(retry_after_ms, 700);
    let told = rest.call(me(), short).await;
    assert!(
        matches!(
            told,
            Err(RestError::RateLimited {
                retry_after_ms: 101..=700
            })
        ),
        "{told:?}"
    );
    assert_eq!(calls(&desk, ME), 1, "it was not even asked");
    rest.call(me(), long)
        .await
        .expect("an answer after the wait");
    assert_eq!(calls(&desk, ME), 2, "and not before it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p33_an_edit_that_is_asked_to_wait_too_long_is_given_up() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    let case = Case::prepare(&desk, Step::Confirm).await;
    gate.close();
    plan(&desk, EDIT, 1, limited(90.0));
    let waiting = case.begin();
    super::edits::deferred(&desk, 1).await;
    gate.open();
    log::line(&["asks to wait 90000 ms", "an answer did not reach Discord"]).await;
    waiting.abort();
    assert_eq!(calls(&desk, EDIT), 1, "nobody asks into the wait");
    case.is_done_once(&desk).await;
}
