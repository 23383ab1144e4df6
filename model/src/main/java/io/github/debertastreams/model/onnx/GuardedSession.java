package io.github.debertastreams.model.onnx;

import java.nio.FloatBuffer;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session whose outputs are finite: where fp16 gives a value that is not, as it does with some checkpoints, the model is opened
 * once more in fp32, and stays so.
 */
final class GuardedSession implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GuardedSession.class);

    private final Function<Precision, OnnxSession> opener;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private OnnxSession session;
    private Precision precision;

    private GuardedSession(Function<Precision, OnnxSession> opener, Precision precision) {
        this.opener = opener;
        this.precision = precision;
        this.session = opener.apply(precision);
    }

    static GuardedSession open(Function<Precision, OnnxSession> opener, Precision precision) {
        return new GuardedSession(opener, precision);
    }

    /** Runs the graph. */
    void run(RunBuffers buffers) {
        if (!runAndCheck(buffers)) {
            widen();
            runAndCheck(buffers);
        }
    }

    Precision precision() {
        lock.readLock().lock();
        try {
            return precision;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Whether the output may be used. What fp32 gives is used, whatever it is. */
    private boolean runAndCheck(RunBuffers buffers) {
        lock.readLock().lock();
        try {
            if (precision == Precision.FP32) {
                buffers.dropOutput(HeadNodes.FINITE_CHECK);
                session.run(buffers);
                return true;
            }
            FloatBuffer check = buffers.output(HeadNodes.FINITE_CHECK, 1, 1);
            session.run(buffers);
            return check.get(0) == 0;
        } finally {
            lock.readLock().unlock();
        }
    }

    private void widen() {
        lock.writeLock().lock();
        try {
            if (precision == Precision.FP16) {
                log.warn("fp16 gave a value that is not finite: the model goes on in fp32");
                session.close();
                session = opener.apply(Precision.FP32);
                precision = Precision.FP32;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            session.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
