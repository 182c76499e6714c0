using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Cnn.Peers;

/// <summary>
/// Lets TorchSharp's library load on systems whose libstdc++ is a little older than it asks for (Debian 12), by marking that need as weak in a
/// copied file. The one symbol behind it is supplied by build/compare.sh.
/// </summary>
internal static class GlibcxxVersions
{
    private const string TooNew = "GLIBCXX_3.4.32";
    private const uint SectionOfVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    public static int Weaken(string library)
    {
        byte[] elf = File.ReadAllBytes(library);
        int changed = Sections(elf).Where(section => section.Type == SectionOfVersionNeeds).Sum(section => WeakenNeeds(elf, section));
        if (changed > 0)
        {
            File.WriteAllBytes(library, elf);
        }

        return 0;
    }

    private static int WeakenNeeds(byte[] elf, Section section)
    {
        int strings = Sections(elf)[section.Link].Offset;
        int changed = 0;
        for (int need = section.Offset, next; ; need += next)
        {
            int entries = U16(elf, need + 2);
            int entry = need + (int)U32(elf, need + 8);
            for (int i = 0; i < entries; i++, entry += (int)U32(elf, entry + 12))
            {
                int name = strings + (int)U32(elf, entry + 8);
                int length = Array.IndexOf(elf, (byte)0, name) - name;
                if (Encoding.ASCII.GetString(elf, name, length) == TooNew)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(entry + 4), (ushort)(U16(elf, entry + 4) | WeakFlag));
                    changed++;
                }
            }

            next = (int)U32(elf, need + 12);
            if (next == 0)
            {
                return changed;
            }
        }
    }

    private static List<Section> Sections(byte[] elf)
    {
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(0x28));
        int size = U16(elf, 0x3A);
        return
        [
            .. Enumerable
                .Range(0, U16(elf, 0x3C))
                .Select(index => table + index * size)
                .Select(at => new Section(
                    U32(elf, at + 4),
                    (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(at + 0x18)),
                    (int)U32(elf, at + 0x28)
                )),
        ];
    }

    private static ushort U16(byte[] elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at));

    private static uint U32(byte[] elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at));

    private sealed record Section(uint Type, int Offset, int Link);
}
