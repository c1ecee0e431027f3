//! Carries the bytes of one connection both ways until it has ended on both sides.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::ending::{Ending, Fatal, ending};
use super::frames::Frames;
use super::heard::Heard;
use super::upstream::Opened;

/// How long the other direction may go on after one has ended.
const LINGER: Duration = Duration::from_secs(3);

/// Bytes read at once; an interaction is a tenth of it.
const PIECE: usize = 16 * 1024;

/// Carries until both directions have ended, or one has and the other lingers.
pub(super) async fn carry(
    mut local: TcpStream,
    opened: Opened,
    fatal: &watch::Sender<Option<Fatal>>,
    heard: Heard,
) {
    let Opened { stream, head } = opened;
    if local.write_all(head.text.as_bytes()).await.is_err() {
        return;
    }
    let (local_read, local_write) = local.split();
    let (remote_read, remote_write) = tokio::io::split(stream);
    let goodbye = CancellationToken::new();
    let up = up(local_read, remote_write, &goodbye);
    let frames = Frames::heard(heard);
    let down = down(
        (frames, head.rest),
        remote_read,
        local_write,
        fatal,
        &goodbye,
    );
    tokio::pin!(up, down);
    // one that ends makes the other end by itself; the time is for a peer that does not answer
    tokio::select! {
        () = &mut up => timeout(LINGER, down).await.unwrap_or_default(),
        () = &mut down => timeout(LINGER, up).await.unwrap_or_default(),
    }
}

/// From serenity to the gateway; tells by `goodbye` when serenity closes or is gone.
async fn up(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    goodbye: &CancellationToken,
) {
    let _gone = goodbye.clone().drop_guard();
    let (mut frames, mut piece, mut out) = (Frames::default(), vec![0; PIECE], Vec::new());
    let mut is_open = true;
    while let Some(bytes) = read(&mut from, &mut piece).await {
        let close = frames.feed(bytes, &mut out);
        if let Some(close) = &close {
            out.extend_from_slice(&close.frame);
        }
        // a gateway that takes no more may still have something to say
        is_open = is_open && write(&mut to, &mut out).await;
        if close.is_some() {
            goodbye.cancel();
        }
    }
    let _ = timeout(LINGER, to.shutdown()).await;
}

/// From the gateway to serenity.
async fn down(
    (mut frames, first): (Frames, Vec<u8>),
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    fatal: &watch::Sender<Option<Fatal>>,
    goodbye: &CancellationToken,
) {
    let (mut piece, mut out) = (vec![0; PIECE], Vec::new());
    let mut bytes = first.as_slice();
    loop {
        let close = frames.feed(bytes, &mut out);
        if !write(&mut to, &mut out).await {
            break;
        }
        if let Some(close) = close {
            match ending(close.code) {
                Ending::Cut => break,
                Ending::Pass => {
                    tracing::info!(code = close.code, "the gateway ends the connection");
                }
                Ending::Refused(reason) => {
                    fatal.send_replace(Some(reason));
                    goodbye.cancelled().await;
                }
            }
            out.extend_from_slice(&close.frame);
            if !write(&mut to, &mut out).await {
                break;
            }
        }
        match read(&mut from, &mut piece).await {
            Some(read) => bytes = read,
            None => break,
        }
    }
    to.shutdown().await.unwrap_or_default();
}

/// The next bytes; `None` at the end, whichever way it came.
async fn read<'a>(from: &mut (impl AsyncRead + Unpin), piece: &'a mut [u8]) -> Option<&'a [u8]> {
    match from.read(piece).await {
        Ok(count) if count > 0 => piece.get(..count),
        _ => None,
    }
}

/// Writes what there is and empties it; false when nothing more can be written.
async fn write(to: &mut (impl AsyncWrite + Unpin), out: &mut Vec<u8>) -> bool {
    let written = out.is_empty() || (to.write_all(out).await.is_ok() && to.flush().await.is_ok());
    out.clear();
    written
}
