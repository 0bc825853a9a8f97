import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// A connection to the venue: TLS if there is a certificate, then HTTP or a WebSocket by its first bytes.
struct VenueChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let selection: EventLoopFuture<ProtocolSelector.Selection>
    }

    let desk: VenueDesk
    let http: HTTP1Channel
    let tls: NIOSSLContext?
    let slowClientBytes: Int

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let promise = channel.eventLoop.makePromise(of: ProtocolSelector.Selection.self)
            let options = channel.syncOptions
            // A client that goes is gone: nothing waits for its other half.
            try options?.setOption(.allowRemoteHalfClosure, value: false)
            try options?.setOption(
                .writeBufferWaterMark, value: .init(low: slowClientBytes / 2, high: slowClientBytes))
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
            try pipeline.addHandler(ProtocolSelector(desk: desk, http: http, logger: logger, promise: promise))
            return Value(channel: channel, selection: promise.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            do {
                switch try await value.selection.get() {
                case .http(let channel): await http.handle(value: channel, logger: logger)
                case .socket, .refused: try await value.channel.closeFuture.get()
                }
            } catch {
                // The connection ended before it said anything.
                value.channel.close(promise: nil)
            }
        } onCancel: {
            let desk = desk
            desk.loop.execute {
                desk.venue.stop()
                value.channel.close(promise: nil)
            }
        }
    }
}
