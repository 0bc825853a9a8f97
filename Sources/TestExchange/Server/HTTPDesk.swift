import Hummingbird
import HummingbirdCore
import NIOCore

/// Answers HTTP requests at the venue's desk.
struct HTTPDesk: Sendable {
    /// Bytes that the body of a request may have.
    static let longestBody = 1 << 18

    let desk: VenueDesk

    private enum Outcome: Sendable {
        case wait(FaultPlan.Encounter)
        case answer(VenueAnswer)
    }

    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let venueRequest: VenueRequest
        do {
            let body = try await request.body.collect(upTo: Self.longestBody)
            venueRequest = Self.read(request, String(buffer: body), channel)
        } catch is NIOTooManyBytesError {
            let refusal = VenueRefusal(-1000, "The request is too long.", status: 413)
            try await Self.write(VenueReply(refusal), isLast: true, with: writer)
            return
        }
        // Behind a request for another protocol nothing more is read from the connection.
        let isLast = request.headers[.upgrade] != nil
        switch try await answer(venueRequest) {
        case .reply(let reply): try await Self.write(reply, isLast: isLast, with: writer)
        case .close: try await channel.close()
        case .silence: try await channel.closeFuture.get()
        }
    }

    private func answer(_ request: VenueRequest) async throws -> VenueAnswer {
        let desk = desk
        let outcome = try await desk.perform { venue -> Outcome in
            let encounter = venue.meet(request)
            guard encounter.delayMilliseconds == 0 else { return .wait(encounter) }
            desk.catchUp()
            return .answer(venue.answer(request, encounter.effect))
        }
        switch outcome {
        case .answer(let answer): return answer
        case .wait(let encounter):
            try await Task.sleep(for: .milliseconds(encounter.delayMilliseconds))
            return try await desk.perform { venue in
                desk.catchUp()
                return venue.answer(request, encounter.effect)
            }
        }
    }

    private static func read(_ request: Request, _ body: String, _ channel: any Channel) -> VenueRequest {
        VenueRequest(
            request.method.rawValue, request.head.path ?? "/", body: body, apiKey: request.headers[.apiKey],
            wantsMicroseconds: request.headers[.timeUnit]?.uppercased() == "MICROSECOND",
            adminToken: request.headers[.adminToken], address: channel.remoteAddress?.ipAddress ?? "local")
    }

    private static func write(
        _ reply: VenueReply, isLast: Bool, with writer: consuming ResponseWriter
    ) async throws {
        var fields = HTTPFields()
        if isLast { fields[.connection] = "close" }
        fields[.contentType] = reply.contentType
        fields[.contentLength] = String(reply.body.count)
        for header in reply.headers {
            // The venue's own names are legal ones.
            if let name = HTTPFields.Element.Name(header.name) { fields[name] = header.value }
        }
        try await writer.write(
            response: HTTPResponse(status: .init(code: reply.status), headerFields: fields),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }
}

extension HTTPFields.Element.Name {
    fileprivate static let apiKey = Self("X-MBX-APIKEY")!
    fileprivate static let timeUnit = Self("X-MBX-TIME-UNIT")!
    fileprivate static let adminToken = Self("X-Admin-Token")!
}
