using System.Reflection.Metadata;

namespace Microsoft.ML.Cnn.Tests.Architecture;

/// <summary>
/// In which folder of the sources a type or method is written, by the debug information: namespaces do not tell, since what
/// users see is in the root namespace.
/// </summary>
/// <param name="metadata">Of the assembly.</param>
/// <param name="symbols">Of its portable PDB.</param>
/// <param name="root">The end of the path of the root of the sources, such as <c>/src/Microsoft.ML.Cnn/</c>.</param>
internal sealed class SourceFolders(MetadataReader metadata, MetadataReader symbols, string root)
{
    /// <summary>Kind of the record that names the documents of types without methods.</summary>
    private static readonly Guid TypeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    private readonly Dictionary<TypeDefinitionHandle, string?> folders = [];

    /// <summary>The folder of a method's own file: parts of a type may lie in several. Null if a compiler wrote it.</summary>
    public string? Of(MethodDefinitionHandle method) =>
        Documents(method).Select(Folder).FirstOrDefault(folder => folder != null)
        ?? Of(metadata.GetMethodDefinition(method).GetDeclaringType());

    /// <summary>The folder of a type; if its parts lie in several, the lowest in the layering. Null if a compiler wrote it.</summary>
    public string? Of(TypeDefinitionHandle type)
    {
        if (!folders.TryGetValue(type, out string? folder))
        {
            folder =
                Documents(type).Select(Folder).OfType<string>().Distinct().OrderBy(LayeringRules.Tier).FirstOrDefault() ?? OfEncloser(type);
            folders.Add(type, folder);
        }
        return folder;
    }

    private string? OfEncloser(TypeDefinitionHandle type)
    {
        TypeDefinitionHandle encloser = metadata.GetTypeDefinition(type).GetDeclaringType();
        return encloser.IsNil ? null : Of(encloser);
    }

    private IEnumerable<DocumentHandle> Documents(TypeDefinitionHandle type)
    {
        foreach (CustomDebugInformationHandle handle in symbols.GetCustomDebugInformation(type))
        {
            CustomDebugInformation information = symbols.GetCustomDebugInformation(handle);
            if (symbols.GetGuid(information.Kind) == TypeDefinitionDocuments)
            {
                BlobReader rows = symbols.GetBlobReader(information.Value);
                while (rows.RemainingBytes > 0)
                {
                    yield return System.Reflection.Metadata.Ecma335.MetadataTokens.DocumentHandle(rows.ReadCompressedInteger());
                }
            }
        }
        foreach (MethodDefinitionHandle method in metadata.GetTypeDefinition(type).GetMethods())
        {
            foreach (DocumentHandle document in Documents(method))
            {
                yield return document;
            }
        }
    }

    private IEnumerable<DocumentHandle> Documents(MethodDefinitionHandle method) =>
        symbols.GetMethodDebugInformation(method).GetSequencePoints().Select(point => point.Document).Distinct();

    private string? Folder(DocumentHandle document)
    {
        string path = symbols.GetString(symbols.GetDocument(document).Name).Replace('\\', '/');
        int start = path.LastIndexOf(root, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }
        string[] parts = path[(start + root.Length)..].Split('/');
        return parts[0] == "obj" ? null
            : parts.Length > 1 ? parts[0]
            : "";
    }
}
