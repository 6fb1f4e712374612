import CCurl

extension HTTPError.Code {
  /// What libcurl's code means to us.
  ///
  /// `wasSent` says whether the connection was made, so that the server may have got the request; `isOverdue`,
  /// whether the request's whole time is over, not only that for connecting.
  init(_ code: CURLcode, wasSent: Bool, isOverdue: Bool) {
    self =
      switch code {
      case CURLE_UNSUPPORTED_PROTOCOL where wasSent: .badResponse
      case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badURL
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unknownHost
      case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_FAILED_INIT, CURLE_OUT_OF_MEMORY: .unreachable
      case CURLE_OPERATION_TIMEDOUT: wasSent || isOverdue ? .timedOut : .unreachable
      case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND,
        CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
        CURLE_SSL_CRL_BADFILE, CURLE_USE_SSL_FAILED, CURLE_SSL_CLIENTCERT:
        .tls
      case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR, CURLE_FILESIZE_EXCEEDED,
        CURLE_TOO_MANY_REDIRECTS:
        .badResponse
      default: .connectionLost
      }
  }
}
