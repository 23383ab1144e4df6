package io.github.debertastreams.model.task;

/** One vector {@code [H]} for a text. The array is owned by the prediction; nobody changes it. */
public record Embedding(float[] vector) implements Prediction {}
