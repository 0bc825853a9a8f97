import NIOCore
import NIOHTTP1

/// Reads the reply of a server that will not upgrade, as far as it is kept, then closes.
final class RefusalReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let limit: Int
    private let refusal: EventLoopPromise<HTTPResponse>
    private var response: HTTPResponse?

    init(limit: Int, refusal: EventLoopPromise<HTTPResponse>) {
        self.limit = limit
        self.refusal = refusal
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            var headers = HeaderFields()
            for field in head.headers { headers.add(field.name, field.value) }
            response = HTTPResponse(status: Int(head.status.code), headers: headers, body: [])
        case .body(let bytes):
            let room = limit - (response?.body.count ?? 0)
            response?.body.append(contentsOf: bytes.readableBytesView.prefix(room))
            if bytes.readableBytes >= room { finish(context) }
        case .end:
            finish(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(context)
    }

    /// The channel may have ended before this handler came.
    func handlerRemoved(context: ChannelHandlerContext) {
        finish(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(context)
    }

    /// What came of the reply is told, even when the rest never comes.
    private func finish(_ context: ChannelHandlerContext) {
        if let response {
            refusal.succeed(response)
        } else {
            refusal.fail(ChannelError.inputClosed)
        }
        context.close(promise: nil)
    }
}
