using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies reference assemblies for the compiler to see, with the internals of an allow-list made public in the copy:
/// nothing else in it changes. Compiled and run by the build itself (see Publicize.targets), which is why it reads
/// the metadata tables on its own: an inline task has no reader of them at hand.
/// </summary>
/// <remarks>
/// A line of the list is a type (<c>Namespace.Type</c>, <c>Namespace.Outer+Nested</c>) or a method, constructor or field
/// of one (<c>Namespace.Type::Member</c>, with all its overloads). <c>#</c> starts a comment.
/// </remarks>
public sealed class PublicizeReferences : Task
{
    [Required]
    public ITaskItem[] Assemblies { get; set; }

    /// <summary>Where the copies go, one for each of <see cref="Assemblies"/>.</summary>
    [Required]
    public ITaskItem[] Copies { get; set; }

    [Required]
    public string AllowList { get; set; }

    public override bool Execute()
    {
        var allowed = new HashSet<string>(ReadAllowList(AllowList));
        var found = new HashSet<string>();
        for (int i = 0; i < Assemblies.Length; i++)
        {
            var tables = new MetadataTables(File.ReadAllBytes(Assemblies[i].ItemSpec));
            foreach (Definition definition in tables.Definitions())
            {
                if (allowed.Contains(definition.Name))
                {
                    found.Add(definition.Name);
                    tables.MakePublic(definition);
                }
            }
            Directory.CreateDirectory(Path.GetDirectoryName(Copies[i].ItemSpec));
            File.WriteAllBytes(Copies[i].ItemSpec, tables.Image);
        }
        foreach (string name in allowed.Except(found))
        {
            Log.LogError($"{AllowList} names '{name}', which none of {string.Join(", ", Assemblies.Select(a => a.ItemSpec))} defines.");
        }
        return !Log.HasLoggedErrors;
    }

    private static IEnumerable<string> ReadAllowList(string path) =>
        File.ReadAllLines(path).Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0);
}

/// <summary>A type, method or field: its name in the form of the allow-list, and where its attributes lie in the file.</summary>
internal sealed class Definition(string name, int attributes, bool isNested, bool isType)
{
    public string Name { get; } = name;
    public int Attributes { get; } = attributes;
    public bool IsNested { get; } = isNested;
    public bool IsType { get; } = isType;
}

/// <summary>The metadata tables of an assembly (ECMA-335, partition II, sections 22 to 25), as far as names and visibility go.</summary>
internal sealed class MetadataTables
{
    private const int TypeDef = 0x02;
    private const int Field = 0x04;
    private const int MethodDef = 0x06;
    private const int NestedClass = 0x29;

    /// <summary>
    /// The columns of each table in the order of table numbers, up to the last one that is read (II.22): a number is a
    /// plain field of so many bytes, <c>S</c>, <c>G</c> and <c>B</c> point into the string, GUID and blob heap, a hexadecimal
    /// number with a <c>#</c> is a row of that table, and a name is a coded index, see <see cref="CodedIndexes"/>.
    /// </summary>
    private static readonly string[] Columns =
    {
        /* 00 Module                 */"2 S G G G",
        /* 01 TypeRef                */"ResolutionScope S S",
        /* 02 TypeDef                */"4 S S TypeDefOrRef #04 #06",
        /* 03 FieldPtr               */"#04",
        /* 04 Field                  */"2 S B",
        /* 05 MethodPtr              */"#06",
        /* 06 MethodDef              */"4 2 2 S B #08",
        /* 07 ParamPtr               */"#08",
        /* 08 Param                  */"2 2 S",
        /* 09 InterfaceImpl          */"#02 TypeDefOrRef",
        /* 0A MemberRef              */"MemberRefParent S B",
        /* 0B Constant               */"2 HasConstant B",
        /* 0C CustomAttribute        */"HasCustomAttribute CustomAttributeType B",
        /* 0D FieldMarshal           */"HasFieldMarshal B",
        /* 0E DeclSecurity           */"2 HasDeclSecurity B",
        /* 0F ClassLayout            */"2 4 #02",
        /* 10 FieldLayout            */"4 #04",
        /* 11 StandAloneSig          */"B",
        /* 12 EventMap               */"#02 #14",
        /* 13 EventPtr               */"#14",
        /* 14 Event                  */"2 S TypeDefOrRef",
        /* 15 PropertyMap            */"#02 #17",
        /* 16 PropertyPtr            */"#17",
        /* 17 Property               */"2 S B",
        /* 18 MethodSemantics        */"2 #06 HasSemantics",
        /* 19 MethodImpl             */"#02 MethodDefOrRef MethodDefOrRef",
        /* 1A ModuleRef              */"S",
        /* 1B TypeSpec               */"B",
        /* 1C ImplMap                */"2 MemberForwarded S #1A",
        /* 1D FieldRva               */"4 #04",
        /* 1E EncLog                 */"4 4",
        /* 1F EncMap                 */"4",
        /* 20 Assembly               */"4 2 2 2 2 4 B S S",
        /* 21 AssemblyProcessor      */"4",
        /* 22 AssemblyOS             */"4 4 4",
        /* 23 AssemblyRef            */"2 2 2 2 4 B S S B",
        /* 24 AssemblyRefProcessor   */"4 #23",
        /* 25 AssemblyRefOS          */"4 4 4 #23",
        /* 26 File                   */"4 S B",
        /* 27 ExportedType           */"4 4 S S Implementation",
        /* 28 ManifestResource       */"4 4 S Implementation",
        /* 29 NestedClass            */"#02 #02",
    };

    /// <summary>Indexes into one of several tables (II.24.2.6): the bits that say into which, and the tables.</summary>
    private static readonly Dictionary<string, (int TagBits, int[] Tables)> CodedIndexes = new()
    {
        ["TypeDefOrRef"] = (2, [0x02, 0x01, 0x1B]),
        ["HasConstant"] = (2, [0x04, 0x08, 0x17]),
        ["HasCustomAttribute"] = (
            5,
            [
                0x06,
                0x04,
                0x01,
                0x02,
                0x08,
                0x09,
                0x0A,
                0x00,
                0x0E,
                0x17,
                0x14,
                0x11,
                0x1A,
                0x1B,
                0x20,
                0x23,
                0x26,
                0x27,
                0x28,
                0x2A,
                0x2C,
                0x2B,
            ]
        ),
        ["HasFieldMarshal"] = (1, [0x04, 0x08]),
        ["HasDeclSecurity"] = (2, [0x02, 0x06, 0x20]),
        ["MemberRefParent"] = (3, [0x02, 0x01, 0x1A, 0x06, 0x1B]),
        ["HasSemantics"] = (1, [0x14, 0x17]),
        ["MethodDefOrRef"] = (1, [0x06, 0x0A]),
        ["MemberForwarded"] = (1, [0x04, 0x06]),
        ["Implementation"] = (2, [0x26, 0x23, 0x27]),
        ["CustomAttributeType"] = (3, [0x06, 0x0A]),
        ["ResolutionScope"] = (2, [0x00, 0x1A, 0x23, 0x01]),
    };

    private readonly int strings;
    private readonly int heapSizes;
    private readonly int[] rows = new int[64];
    private readonly int[] start = new int[64];

    public MetadataTables(byte[] image)
    {
        Image = image;
        int root = MetadataRoot();
        strings = Stream(root, "#Strings");
        int tables = Stream(root, "#~");
        // The header of the tables (II.24.2.6): sizes of heap indexes at 6, which tables there are at 8, then their row counts.
        heapSizes = image[tables + 6];
        ulong present = BitConverter.ToUInt64(image, tables + 8);
        int position = tables + 24;
        for (int table = 0; table < 64; table++)
        {
            if ((present >> table & 1) != 0)
            {
                rows[table] = Int32(position);
                position += 4;
            }
        }
        for (int table = 0; table < Columns.Length; table++)
        {
            start[table] = position;
            position += rows[table] * RowSize(table);
        }
    }

    public byte[] Image { get; }

    /// <summary>All types of the assembly with their methods and fields.</summary>
    public IEnumerable<Definition> Definitions()
    {
        Dictionary<int, int> outer = Enumerable
            .Range(1, rows[NestedClass])
            .ToDictionary(row => Cell(NestedClass, row, 0), row => Cell(NestedClass, row, 1));
        for (int type = 1; type <= rows[TypeDef]; type++)
        {
            string name = FullName(type, outer);
            yield return new Definition(name, Position(TypeDef, type, 0), outer.ContainsKey(type), isType: true);
            foreach (int field in Members(type, column: 4, Field))
            {
                yield return new Definition($"{name}::{Text(Cell(Field, field, 1))}", Position(Field, field, 0), false, isType: false);
            }
            foreach (int method in Members(type, column: 5, MethodDef))
            {
                yield return new Definition(
                    $"{name}::{Text(Cell(MethodDef, method, 3))}",
                    Position(MethodDef, method, 2),
                    false,
                    isType: false
                );
            }
        }
    }

    /// <summary>Sets the three bits of visibility (II.23.1.5, 10 and 15): a member's 6 is public, as are a type's 1 and a nested type's 2.</summary>
    public void MakePublic(Definition definition)
    {
        int value = definition.IsType ? (definition.IsNested ? 2 : 1) : 6;
        Image[definition.Attributes] = (byte)(Image[definition.Attributes] & ~7 | value);
    }

    private string FullName(int type, Dictionary<int, int> outer)
    {
        string name = Text(Cell(TypeDef, type, 1));
        if (outer.TryGetValue(type, out int encloser))
        {
            return $"{FullName(encloser, outer)}+{name}";
        }
        string space = Text(Cell(TypeDef, type, 2));
        return space.Length == 0 ? name : $"{space}.{name}";
    }

    /// <summary>A type names its first member only; its last one is before the first of the next type (II.22.37).</summary>
    private IEnumerable<int> Members(int type, int column, int table)
    {
        int first = Cell(TypeDef, type, column);
        int end = type < rows[TypeDef] ? Cell(TypeDef, type + 1, column) : rows[table] + 1;
        return Enumerable.Range(first, end - first);
    }

    private int Cell(int table, int row, int column)
    {
        int position = Position(table, row, column);
        return ColumnSize(Columns[table].Split(' ')[column]) == 2 ? UInt16(position) : Int32(position);
    }

    private int Position(int table, int row, int column) =>
        start[table] + (row - 1) * RowSize(table) + Columns[table].Split(' ').Take(column).Sum(ColumnSize);

    private int RowSize(int table) => Columns[table].Split(' ').Sum(ColumnSize);

    private int ColumnSize(string column)
    {
        switch (column[0])
        {
            case '2' or '4':
                return column[0] - '0';
            case 'S' when column.Length == 1:
                return (heapSizes & 1) != 0 ? 4 : 2;
            case 'G':
                return (heapSizes & 2) != 0 ? 4 : 2;
            case 'B':
                return (heapSizes & 4) != 0 ? 4 : 2;
            case '#':
                return rows[Convert.ToInt32(column.Substring(1), 16)] > 0xFFFF ? 4 : 2;
            default:
                (int tagBits, int[] targets) = CodedIndexes[column];
                return targets.Max(table => rows[table]) >= 1 << (16 - tagBits) ? 4 : 2;
        }
    }

    /// <summary>From the PE header over the CLI header (II.25.3.3) to the metadata root (II.24.2.1).</summary>
    private int MetadataRoot()
    {
        int optionalHeader = Int32(0x3C) + 24;
        bool is64Bit = UInt16(optionalHeader) == 0x20B;
        int cliDirectory = optionalHeader + (is64Bit ? 112 : 96) + 14 * 8;
        int cliHeader = FileOffset(Int32(cliDirectory));
        return FileOffset(Int32(cliHeader + 8));
    }

    /// <summary>An address in memory as an offset in the file, by the table of sections.</summary>
    private int FileOffset(int address)
    {
        int header = Int32(0x3C);
        int firstSection = header + 24 + UInt16(header + 20);
        for (int section = firstSection, count = UInt16(header + 6); count > 0; section += 40, count--)
        {
            int offset = address - Int32(section + 12);
            if (offset >= 0 && offset < Math.Max(Int32(section + 8), Int32(section + 16)))
            {
                return Int32(section + 20) + offset;
            }
        }
        throw new InvalidDataException($"No section of the assembly holds address 0x{address:X}.");
    }

    /// <summary>A stream of the metadata by its name, which is padded to a multiple of 4 bytes (II.24.2.2).</summary>
    private int Stream(int root, string name)
    {
        int position = root + 16 + Int32(root + 12);
        int count = UInt16(position + 2);
        position += 4;
        for (; count > 0; count--)
        {
            string found = NullTerminated(position + 8);
            if (found == name)
            {
                return root + Int32(position);
            }
            position += 8 + (found.Length / 4 + 1) * 4;
        }
        throw new InvalidDataException($"The metadata has no stream {name}.");
    }

    private string Text(int index) => NullTerminated(strings + index);

    private string NullTerminated(int position) =>
        Encoding.UTF8.GetString(Image, position, Array.IndexOf(Image, (byte)0, position) - position);

    private int Int32(int position) => BitConverter.ToInt32(Image, position);

    private int UInt16(int position) => BitConverter.ToUInt16(Image, position);
}
