package io.github.debertastreams.model.hub;

import java.util.Map;

/** What a repository holds at one commit: the files of its top folder by name. */
record Listing(String commit, Map<String, HubFile> files) {}
