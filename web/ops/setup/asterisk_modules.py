"""The modules of Asterisk that are loaded; all others are not."""


def _named(words: str, prefix: str = "") -> tuple[str, ...]:
    return tuple(f"{prefix}{word}" for word in words.split())


# Without one of these a call fails halfway, so Asterisk must not start.
REQUIRED = (
    *_named("sorcery_config sorcery_memory sorcery_memory_cache sorcery_astdb crypto", "res_"),
    *_named("res_timing_timerfd"),
    *_named("http_websocket pjproject pjsip rtp_asterisk srtp musiconhold security_log", "res_"),
    *_named("authenticator_digest caller_id dtmf_info endpoint_identifier_ip", "res_pjsip_"),
    *_named(
        "endpoint_identifier_user header_funcs nat outbound_authenticator_digest", "res_pjsip_"
    ),
    *_named("outbound_registration pubsub registrar rfc3326 sdp_rtp session", "res_pjsip_"),
    *_named("res_pjsip_transport_websocket chan_pjsip res_stasis res_ari"),
    *_named("answer device_state playback recording snoop", "res_stasis_"),
    *_named("applications asterisk bridges channels device_states endpoints", "res_ari_"),
    *_named("events model playbacks recordings sounds", "res_ari_"),
    *_named("simple native_rtp softmix holding builtin_features", "bridge_"),
    *_named("chan_bridge_media format_wav format_pcm format_sln"),
    *_named("ulaw alaw a_mu g722 resample", "codec_"),
    *_named("stasis queue dial echo exec playback mixmonitor stack", "app_"),
    *_named("pbx_config cel_custom"),
    *_named("callerid channel cut db global groupcount hangupcause logic", "func_"),
    *_named("math strings timeout uri", "func_"),
)

# Worth having; some versions or packages lack one or the other. `res_pjsip_messaging` is not here
# on purpose: it passes texts between phones without an event that the engine could see.
OPTIONAL = (
    # In newer versions cel_custom's writing is here, and ARI can call out over a WebSocket.
    *_named("res_cdrel_custom res_websocket_client res_stasis_broadcast app_stasis_broadcast"),
    *_named("codec_opus codec_opus_open_source res_format_attr_opus res_mutestream"),
    *_named("acl diversion dlg_options empty_info logger path rfc3329 sips_contact", "res_pjsip_"),
    *_named("pjsip_aor pjsip_contact pjsip_endpoint jitterbuffer talkdetect", "func_"),
    *_named("volume devstate dialplan", "func_"),
    # External media, for transcription and for tests that listen.
    *_named("res_rtp_multicast chan_rtp res_audiosocket chan_audiosocket app_audiosocket"),
    *_named("chan_websocket"),
    # Receiving faxes, and telling the engine what came of one.
    *_named("res_fax res_fax_spandsp app_userevent app_celgenuserevent"),
    # Recording a prompt by phone.
    *_named("app_read app_record"),
    # Answering machine detection for campaigns; tones and waiting for the dialplan.
    # The lamp for waiting messages. Minivm's mail and its commands are not used.
    *_named("app_minivm res_pjsip_mwi res_pjsip_mwi_body_generator"),
    *_named("app_amd app_playtones app_senddtmf app_verbose res_convert"),
)

# A phone's own transfer. Loaded only where chan_pjsip has the function that makes Asterisk report
# the transfer without moving the call; the dialplan and the engine set it on every channel.
REFER = _named("res_pjsip_refer")
TRANSFER_HANDLING = "PJSIP_TRANSFER_HANDLING"
