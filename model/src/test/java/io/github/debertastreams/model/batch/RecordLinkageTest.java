package io.github.debertastreams.model.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;

/** Records of a class loader that comes and goes. Later versions of Java keep their types softly, until memory is short. */
@EnabledOnJre(JRE.JAVA_17)
class RecordLinkageTest {

    private static final int COLLECTIONS = 20;

    /** A record's component, of its class loader. */
    static final class Part {}

    record Whole(Part part) {}

    /** What the class loader runs: links a record's methods, and forgets them if it is to. */
    static final class Job implements Runnable {

        private final boolean release;

        Job(Boolean release) {
            this.release = release;
        }

        @Override
        public void run() {
            Whole whole = new Whole(new Part());
            assertThat(whole.equals(new Whole(new Part()))).isFalse();
            assertThat(whole.hashCode()).isEqualTo(whole.part().hashCode());
            assertThat(whole.toString()).contains("part");
            if (release) {
                RecordLinkage.release();
            }
        }
    }

    @Test
    void aClassLoaderWhoseRecordsWereLinkedIsCollected() throws Exception {
        assertThat(collected(run(true))).isTrue();
    }

    /** The control. */
    @Test
    void elseJavaKeepsIt() throws Exception {
        WeakReference<ClassLoader> loader = run(false);
        assertThat(collected(loader)).isFalse();
        RecordLinkage.release();
        assertThat(collected(loader)).isTrue();
    }

    private static WeakReference<ClassLoader> run(boolean release) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(new File(entry).toURI().toURL());
        }
        ClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        var constructor = Class.forName(Job.class.getName(), true, loader).getDeclaredConstructor(Boolean.class);
        constructor.setAccessible(true);
        ((Runnable) constructor.newInstance(release)).run();
        return new WeakReference<>(loader);
    }

    private static boolean collected(WeakReference<?> reference) throws InterruptedException {
        for (int i = 0; i < COLLECTIONS && reference.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        return reference.get() == null;
    }
}
