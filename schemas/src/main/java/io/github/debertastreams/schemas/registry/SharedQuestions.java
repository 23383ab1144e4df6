package io.github.debertastreams.schemas.registry;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Questions to a registry that threads ask at the same time: the first one asks, and the others share its answer or its failure. So none
 * waits longer than one question takes. Nothing is remembered. Threads may share it.
 */
final class SharedQuestions<K, A> {

    private final Map<K, CompletableFuture<A>> asked = new ConcurrentHashMap<>();

    /** @throws RegistryException where the thread that asks has no answer */
    A ask(K subject, Supplier<A> question) {
        CompletableFuture<A> mine = new CompletableFuture<>();
        CompletableFuture<A> others = asked.putIfAbsent(subject, mine);
        if (others != null) {
            return await(others);
        }
        try {
            A answer = question.get();
            mine.complete(answer);
            return answer;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            asked.remove(subject, mine);
        }
    }

    private static <A> A await(CompletableFuture<A> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("interrupted while another thread asked the registry", e);
        } catch (ExecutionException e) {
            Throwable failure = Objects.requireNonNullElse(e.getCause(), e);
            throw new RegistryException(String.valueOf(failure.getMessage()), failure);
        }
    }
}
