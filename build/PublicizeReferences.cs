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

/// <summary>A type, method or field: its name in the form of the allow-list, where its attributes lie in the file, and those for public.</summary>
internal sealed class Definition(string name, int attributes, int visibleToAll)
{
    public string Name { get; } = name;
    public int Attributes { get; } = attributes;
    public int VisibleToAll { get; } = visibleToAll;
}

/// <summary>The metadata tables of an assembly (ECMA-335, partition II, sections 22 to 25), as far as names and visibility go.</summary>
internal sealed class MetadataTables
{
    private const int TypeDef = 0x02;
    private const int Field = 0x04;
    private const int MethodDef = 0x06;
    private const int NestedClass = 0x29;

    // Visibility is the lowest three bits of the attributes of types, fields and methods alike (II.23.1.5, 10 and 15).
    private const int VisibilityMask = 7;
    private const int PublicType = 1;
    private const int PublicNestedType = 2;
    private const int PublicMember = 6;

    /// <summary>
    /// The tables in the order of their numbers, up to the last that is read, with their columns (II.22): a number is a plain
    /// field of so many bytes; <c>S</c>, <c>G</c> and <c>B</c> point into the heap of strings, GUIDs and blobs; a number after
    /// <c>#</c> is a row of that table; a name is an index into one of several, see <see cref="CodedIndexes"/>.
    /// </summary>
    private static readonly string[][] Columns = Words(
        """
        00 Module               2 S G G G
        01 TypeRef              ResolutionScope S S
        02 TypeDef              4 S S TypeDefOrRef #04 #06
        03 FieldPtr             #04
        04 Field                2 S B
        05 MethodPtr            #06
        06 MethodDef            4 2 2 S B #08
        07 ParamPtr             #08
        08 Param                2 2 S
        09 InterfaceImpl        #02 TypeDefOrRef
        0A MemberRef            MemberRefParent S B
        0B Constant             2 HasConstant B
        0C CustomAttribute      HasCustomAttribute CustomAttributeType B
        0D FieldMarshal         HasFieldMarshal B
        0E DeclSecurity         2 HasDeclSecurity B
        0F ClassLayout          2 4 #02
        10 FieldLayout          4 #04
        11 StandAloneSig        B
        12 EventMap             #02 #14
        13 EventPtr             #14
        14 Event                2 S TypeDefOrRef
        15 PropertyMap          #02 #17
        16 PropertyPtr          #17
        17 Property             2 S B
        18 MethodSemantics      2 #06 HasSemantics
        19 MethodImpl           #02 MethodDefOrRef MethodDefOrRef
        1A ModuleRef            S
        1B TypeSpec             B
        1C ImplMap              2 MemberForwarded S #1A
        1D FieldRva             4 #04
        1E EncLog               4 4
        1F EncMap               4
        20 Assembly             4 2 2 2 2 4 B S S
        21 AssemblyProcessor    4
        22 AssemblyOS           4 4 4
        23 AssemblyRef          2 2 2 2 4 B S S B
        24 AssemblyRefProcessor 4 #23
        25 AssemblyRefOS        4 4 4 #23
        26 File                 4 S B
        27 ExportedType         4 4 S S Implementation
        28 ManifestResource     4 4 S Implementation
        29 NestedClass          #02 #02
        """,
        skip: 2
    );

    /// <summary>Indexes into one of several tables (II.24.2.6): after the name the bits that say into which, then the tables.</summary>
    private static readonly Dictionary<string, string[]> CodedIndexes = Words(
            """
            TypeDefOrRef        2 #02 #01 #1B
            HasConstant         2 #04 #08 #17
            HasCustomAttribute  5 #06 #04 #01 #02 #08 #09 #0A #00 #0E #17 #14 #11 #1A #1B #20 #23 #26 #27 #28 #2A #2C #2B
            HasFieldMarshal     1 #04 #08
            HasDeclSecurity     2 #02 #06 #20
            MemberRefParent     3 #02 #01 #1A #06 #1B
            HasSemantics        1 #14 #17
            MethodDefOrRef      1 #06 #0A
            MemberForwarded     1 #04 #06
            Implementation      2 #26 #23 #27
            CustomAttributeType 3 #06 #0A
            ResolutionScope     2 #00 #1A #23 #01
            """
        )
        .ToDictionary(words => words[0], words => words.Skip(1).ToArray());

    private readonly int strings;
    private readonly int heapSizes;
    private readonly int[] rows = new int[64];
    private readonly int[] start = new int[Columns.Length];

    /// <summary>For each table where its columns begin in a row, and at last the length of the row.</summary>
    private readonly int[][] offsets = new int[Columns.Length][];

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
            offsets[table] = Offsets(table);
            start[table] = position;
            position += rows[table] * offsets[table].Last();
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
            yield return new Definition(name, Position(TypeDef, type, 0), outer.ContainsKey(type) ? PublicNestedType : PublicType);
            foreach (int field in Members(type, column: 4, Field))
            {
                yield return new Definition($"{name}::{Text(Cell(Field, field, 1))}", Position(Field, field, 0), PublicMember);
            }
            foreach (int method in Members(type, column: 5, MethodDef))
            {
                yield return new Definition($"{name}::{Text(Cell(MethodDef, method, 3))}", Position(MethodDef, method, 2), PublicMember);
            }
        }
    }

    public void MakePublic(Definition definition) =>
        Image[definition.Attributes] = (byte)(Image[definition.Attributes] & ~VisibilityMask | definition.VisibleToAll);

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
        int size = offsets[table][column + 1] - offsets[table][column];
        return size == 2 ? UInt16(position) : Int32(position);
    }

    /// <summary>Rows are counted from 1, since 0 stands for none.</summary>
    private int Position(int table, int row, int column) => start[table] + (row - 1) * offsets[table].Last() + offsets[table][column];

    private int[] Offsets(int table)
    {
        int[] sizes = Columns[table].Select(ColumnSize).ToArray();
        return Enumerable.Range(0, sizes.Length + 1).Select(count => sizes.Take(count).Sum()).ToArray();
    }

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
                return Rows(column) > 0xFFFF ? 4 : 2;
            default:
                int tagBits = int.Parse(CodedIndexes[column][0]);
                return CodedIndexes[column].Skip(1).Max(Rows) >= 1 << (16 - tagBits) ? 4 : 2;
        }
    }

    /// <summary>Of the table with a number such as <c>#06</c>.</summary>
    private int Rows(string table) => rows[Convert.ToInt32(table.Substring(1), 16)];

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

    /// <summary>The words of each line, without the first few.</summary>
    private static string[][] Words(string lines, int skip = 0) =>
        lines.Split('\n').Select(line => line.Split([' ', '\r'], StringSplitOptions.RemoveEmptyEntries).Skip(skip).ToArray()).ToArray();
}
