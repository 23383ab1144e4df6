package io.github.debertastreams.flink;

import io.github.debertastreams.model.TextInput;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Classification;
import io.github.debertastreams.model.head.Prediction;
import io.github.debertastreams.model.token.Encoding;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that answers "fake" to all but {@code refuse}, after the time given, and fails once where its trace says so. */
final class FakeModel implements TextModel {

    /** What all fakes of a test have in common. */
    static final class Trace {
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger texts = new AtomicInteger();
        /** The batch that would exceed this many texts fails; the next one does not. */
        final AtomicInteger failAfter = new AtomicInteger(Integer.MAX_VALUE);

        void reset() {
            open.set(0);
            texts.set(0);
            failAfter.set(Integer.MAX_VALUE);
        }
    }

    private final long inferMillis;
    private final Trace trace;

    FakeModel(long inferMillis, Trace trace) {
        this.inferMillis = inferMillis;
        this.trace = trace;
        trace.open.incrementAndGet();
    }

    @Override
    public Encoding encode(TextInput input) {
        if (input.text().equals("refuse")) {
            throw ModelException.invalidInput("refused as asked");
        }
        return Encoding.ofIds(new int[] {1, 2});
    }

    @Override
    public List<Prediction> infer(List<Encoding> encodings) {
        if (trace.texts.get() + encodings.size() > trace.failAfter.get()) {
            trace.failAfter.set(Integer.MAX_VALUE);
            throw new ModelException(ModelException.Kind.BACKEND, "failed as asked");
        }
        trace.texts.addAndGet(encodings.size());
        try {
            Thread.sleep(inferMillis);
        } catch (InterruptedException e) {
            throw new ModelException(ModelException.Kind.BACKEND, "interrupted", e);
        }
        return encodings.stream()
                .<Prediction>map(encoding -> new Classification(List.of(new Classification.LabelScore("fake", 1))))
                .toList();
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String revision() {
        return "1";
    }

    @Override
    public String backend() {
        return "fake";
    }

    @Override
    public String task() {
        return "text-classification";
    }

    @Override
    public void close() {
        trace.open.decrementAndGet();
    }
}
