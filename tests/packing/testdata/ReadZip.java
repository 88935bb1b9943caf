import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Reads an archive as Java programs do, by its directory and as a stream, or by
 * its directory those entries alone that are no longer than so many bytes, and
 * writes it out as careless ones do. ReadZip.class is made of it, because a Java
 * that runs programs need not have a compiler:
 *
 * <pre>javac --release 11 -g:none ReadZip.java</pre>
 */
public final class ReadZip {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("extract")) {
            extract(args[1], Path.of(args[2]));
            return;
        }
        long most = args.length > 2 ? Long.parseLong(args[2]) : Long.MAX_VALUE;
        List<String> byDirectory = new ArrayList<>();
        List<String> asStream = new ArrayList<>();
        try (ZipFile z = new ZipFile(args[1])) {
            for (ZipEntry e : Collections.list(z.entries())) {
                if (e.getSize() > most) {
                    continue;
                }
                try (InputStream in = z.getInputStream(e)) {
                    byDirectory.add(line(e, in));
                }
            }
        }
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(Path.of(args[1])))) {
            for (ZipEntry e = args.length > 2 ? null : in.getNextEntry(); e != null; e = in.getNextEntry()) {
                asStream.add(line(e, in));
            }
        }
        if (args.length == 2 && !byDirectory.equals(asStream)) {
            throw new IOException("by its directory the archive holds other entries than as a stream");
        }
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        byDirectory.forEach(l -> out.print(l + "\n"));
        out.flush();
    }

    private static String line(ZipEntry e, InputStream in) throws Exception {
        MessageDigest sum = MessageDigest.getInstance("SHA-256");
        CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
        byte[] buffer = new byte[1 << 16];
        for (int n = checked.read(buffer); n >= 0; n = checked.read(buffer)) {
            sum.update(buffer, 0, n);
        }
        if (checked.getChecksum().getValue() != e.getCrc()) {
            throw new IOException("another CRC-32: " + e.getName());
        }
        return String.format("%064x", new BigInteger(1, sum.digest())) + "  " + e.getName();
    }

    private static void extract(String archive, Path to) throws IOException {
        try (ZipFile z = new ZipFile(archive)) {
            for (ZipEntry e : Collections.list(z.entries())) {
                Path path = Path.of(to + "/" + e.getName());
                Files.createDirectories(path.getParent());
                try (InputStream in = z.getInputStream(e)) {
                    Files.copy(in, path);
                }
            }
        }
    }
}
