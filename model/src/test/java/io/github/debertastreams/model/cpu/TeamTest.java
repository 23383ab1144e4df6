package io.github.debertastreams.model.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TeamTest {

    private static final String NAME = "team-test";

    @Test
    void everyPartRunsOnceBeforeTheCallReturns() {
        Random random = new Random(1);
        Set<Integer> members = ConcurrentHashMap.newKeySet();
        try (Team team = new Team(4, NAME)) {
            for (int round = 0; round < 20_000; round++) {
                int parts = random.nextInt(40);
                AtomicIntegerArray runs = new AtomicIntegerArray(40);
                team.run(parts, (part, member) -> {
                    members.add(member);
                    runs.incrementAndGet(part);
                });
                for (int part = 0; part < runs.length(); part++) {
                    assertThat(runs.get(part)).as("part %d of %d", part, parts).isEqualTo(part < parts ? 1 : 0);
                }
                if (round % 1_000 == 0) {
                    LockSupport.parkNanos(1_000_000); // long enough for helpers to park
                }
            }
        }
        assertThat(members).contains(0).hasSizeGreaterThan(1).allMatch(member -> member < 4);
    }

    @Test
    void whatAPartThrowsIsThrownToTheCallerWhenAllAreDone() {
        AtomicIntegerArray runs = new AtomicIntegerArray(8);
        try (Team team = new Team(3, NAME)) {
            assertThatThrownBy(() -> team.run(8, (part, member) -> {
                        runs.incrementAndGet(part);
                        if (part == 5) {
                            throw new IllegalStateException("part 5");
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("part 5");
            for (int part = 0; part < 8; part++) {
                assertThat(runs.get(part)).isEqualTo(1);
            }
            team.run(2, (part, member) -> {}); // the next work is not touched by it
        }
    }

    @Test
    void helpersParkWhenThereIsNothingToDoAndEndWithTheTeam() throws InterruptedException {
        Team team = new Team(3, NAME + "-idle");
        List<Thread> helpers = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(NAME + "-idle"))
                .toList();
        assertThat(helpers).hasSize(2).allMatch(Thread::isDaemon);
        team.run(10, (part, member) -> {});
        await(() -> helpers.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
        team.close();
        for (Thread helper : helpers) {
            helper.join();
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
