//! Connections: where they come in, how many, and how they end.

use super::Server;
use super::limits::{MAX_HEAD_BYTES, MAX_HEADERS};
use super::pace::{Pace, Paced};
use super::routes;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long the server rests when the system has no connection to give.
const REST: Duration = Duration::from_millis(100);

/// A place where connections come in.
#[derive(Debug)]
pub enum Listener {
    /// TCP.
    Tcp(TcpListener),
    /// A Unix socket, and its file.
    #[cfg(unix)]
    Unix(UnixListener, PathBuf),
}

impl Listener {
    /// At an address.
    ///
    /// # Errors
    /// In words, where it cannot be had.
    pub async fn tcp(address: SocketAddr) -> Result<Listener, String> {
        let listener = TcpListener::bind(address).await;
        listener.map(Listener::Tcp).map_err(|why| format!("cannot listen at {address}: {why}"))
    }

    /// At a file. A socket that nobody listens at any more is replaced.
    ///
    /// # Errors
    /// In words, where it cannot be had.
    #[cfg(unix)]
    pub fn unix(path: &Path) -> Result<Listener, String> {
        use std::os::unix::fs::FileTypeExt;
        let is_socket = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
        if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
            let _ = std::fs::remove_file(path);
        }
        let listener = UnixListener::bind(path);
        let listener = listener.map_err(|why| format!("cannot listen at `{}`: {why}", path.display()))?;
        Ok(Listener::Unix(listener, path.to_owned()))
    }

    /// Unix sockets need Unix.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(unix))]
    pub fn unix(path: &Path) -> Result<Listener, String> {
        Err(format!("`{}`: there are no Unix sockets on this system", path.display()))
    }

    /// Where it listens, as callers write it.
    pub fn name(&self) -> String {
        match self {
            Listener::Tcp(listener) => {
                listener.local_addr().map_or_else(|_| "TCP".to_owned(), |at| format!("http://{at}"))
            }
            #[cfg(unix)]
            Listener::Unix(_, path) => format!("unix:{}", path.display()),
        }
    }

    /// Its address, where it has one.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Listener::Tcp(listener) => listener.local_addr().ok(),
            #[cfg(unix)]
            Listener::Unix(..) => None,
        }
    }

    /// Takes connections until the server leaves.
    pub async fn serve(self, server: Arc<Server>, slots: Arc<Semaphore>) {
        let mut leaving = server.leaving();
        loop {
            let taken = tokio::select! {
                () = leaving.wait() => break,
                taken = self.take(&server, &slots) => taken,
            };
            if let Err(why) = taken {
                server.say(&format!("a connection could not be taken: {why}"));
                tokio::time::sleep(REST).await;
            }
        }
        #[cfg(unix)]
        if let Listener::Unix(_, path) = &self {
            let _ = std::fs::remove_file(path);
        }
    }

    /// One connection. Where all slots are taken, it waits in the system's queue.
    async fn take(&self, server: &Arc<Server>, slots: &Arc<Semaphore>) -> io::Result<()> {
        let Ok(slot) = Arc::clone(slots).acquire_owned().await else { return Ok(()) };
        let server = Arc::clone(server);
        match self {
            Listener::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Answers are small and whole: waiting for more to send would only delay them.
                stream.set_nodelay(true)?;
                tokio::spawn(connection(stream, server, slot));
            }
            #[cfg(unix)]
            Listener::Unix(listener, _) => {
                let (stream, _) = listener.accept().await?;
                tokio::spawn(connection(stream, server, slot));
            }
        }
        Ok(())
    }
}

/// Serves a connection to its end. A server that leaves lets it answer what it has begun.
async fn connection<C>(stream: C, server: Arc<Server>, slot: OwnedSemaphorePermit)
where
    C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    server.metrics.connections.fetch_add(1, Ordering::Relaxed);
    let pace = Pace::default();
    let router = TowerToHyperService::new(routes::router(&server));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        pace.begin();
        let answer = router.call(request);
        let pace = pace.clone();
        async move {
            let answer = answer.await;
            pace.end();
            answer
        }
    });
    let io = TokioIo::new(Paced::new(stream, pace.clone(), &server.limits));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(server.limits.idle_time)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        .serve_connection(io, service);
    let mut connection = std::pin::pin!(connection);
    let mut leaving = server.leaving();
    // How a connection ends is the client's affair: cut off, gone, or done.
    let left = tokio::select! {
        _ = connection.as_mut() => false,
        () = leaving.wait() => true,
    };
    if left {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
    server.metrics.connections.fetch_sub(1, Ordering::Relaxed);
    drop(slot);
}
