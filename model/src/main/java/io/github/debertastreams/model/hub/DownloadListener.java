package io.github.debertastreams.model.hub;

/** Told how far a download is. Called often, on the thread that downloads. */
public interface DownloadListener {

    /** Of {@code total} bytes, {@code done} are there; {@code file} is on its way. */
    void at(String file, long done, long total);
}
