//! Cuts off clients that are slow: around a connection's bytes, where hyper has no clock of its own.
//!
//! | the client | has |
//! |---|---|
//! | connects and sends no head, or begins a head | `head_time` to end it |
//! | takes no byte of an answer that is ready | `write_time` |
//!
//! How long a connection may be idle, and a body may take, is for others to say.

use super::limits::Limits;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// Whether a connection is between requests: who answers says so, who reads wants to know.
#[derive(Clone, Debug, Default)]
pub struct Pace(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// A head was read, and its request is under way.
    under_way: AtomicBool,
    /// How many heads were read.
    heads: AtomicU64,
}

impl Pace {
    /// A request's head is complete.
    pub fn begin(&self) {
        self.0.heads.fetch_add(1, Ordering::AcqRel);
        self.0.under_way.store(true, Ordering::Release);
    }

    /// Its answer is ready.
    pub fn end(&self) {
        self.0.under_way.store(false, Ordering::Release);
    }

    fn under_way(&self) -> bool {
        self.0.under_way.load(Ordering::Acquire)
    }

    fn heads(&self) -> u64 {
        self.0.heads.load(Ordering::Acquire)
    }
}

/// A connection whose other end must keep pace.
#[derive(Debug)]
pub struct Paced<C> {
    connection: C,
    pace: Pace,
    head_time: Duration,
    write_time: Duration,
    /// When the head that was begun must be complete.
    head: Option<Pin<Box<Sleep>>>,
    /// How many heads had been read when it was begun.
    heads: u64,
    /// When the client must have taken something.
    write: Option<Pin<Box<Sleep>>>,
}

impl<C> Paced<C> {
    /// Of a connection that was just made.
    pub fn new(connection: C, pace: Pace, limits: &Limits) -> Paced<C> {
        let (head_time, write_time) = (limits.head_time, limits.write_time);
        let head = Some(after(head_time));
        Paced { connection, pace, head_time, write_time, head, heads: 0, write: None }
    }
}

fn after(time: Duration) -> Pin<Box<Sleep>> {
    Box::pin(sleep_until(Instant::now() + time))
}

/// Whether the time is up.
fn over(sleep: &mut Option<Pin<Box<Sleep>>>, context: &mut Context<'_>) -> bool {
    sleep.as_mut().is_some_and(|sleep| sleep.as_mut().poll(context).is_ready())
}

fn too_slow<T>() -> Poll<io::Result<T>> {
    Poll::Ready(Err(ErrorKind::TimedOut.into()))
}

impl<C: AsyncRead + Unpin> AsyncRead for Paced<C> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let paced = &mut *self;
        let heads = paced.pace.heads();
        if heads != paced.heads {
            (paced.heads, paced.head) = (heads, None);
        } else if over(&mut paced.head, cx) {
            return too_slow();
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut paced.connection).poll_read(cx, buf);
        let some = read.is_ready() && buf.filled().len() > before;
        if some && !paced.pace.under_way() && paced.head.is_none() {
            // Nobody waits for more bytes yet; who does so polls again, and the clock with it.
            paced.head = Some(after(paced.head_time));
        }
        read
    }
}

impl<C: AsyncWrite + Unpin> Paced<C> {
    /// Looks at the clock where nothing could be written.
    fn paced<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write = None;
            return written;
        }
        let time = self.write_time;
        self.write.get_or_insert_with(|| after(time));
        if over(&mut self.write, cx) { too_slow() } else { Poll::Pending }
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Paced<C> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.connection).poll_write(cx, bytes);
        self.paced(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.connection).poll_write_vectored(cx, slices);
        self.paced(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.connection).poll_flush(cx);
        self.paced(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.connection).poll_shutdown(cx);
        self.paced(cx, shut)
    }
}
