using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.Cnn.Tests.Architecture;

/// <summary>Reads who uses whom out of an assembly and the debug information beside it.</summary>
internal sealed class AssemblyDependencies
{
    private readonly PEReader image;
    private readonly MetadataReader metadata;
    private readonly SourceFolders folders;

    private AssemblyDependencies(PEReader image, MetadataReader symbols, string root)
    {
        this.image = image;
        metadata = image.GetMetadataReader();
        folders = new SourceFolders(metadata, symbols, root);
    }

    /// <param name="assembly">Path of the assembly, whose portable PDB lies beside it.</param>
    /// <param name="root">The end of the path of the root of its sources, such as <c>/src/Microsoft.ML.Cnn/</c>.</param>
    public static IReadOnlyList<Dependency> Read(string assembly, string root)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        using var symbols = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(assembly, ".pdb")));
        return new AssemblyDependencies(image, symbols.GetMetadataReader(), root).All().Distinct().ToList();
    }

    private IEnumerable<Dependency> All()
    {
        foreach (TypeDefinitionHandle type in metadata.TypeDefinitions)
        {
            foreach (Dependency dependency in From(folders.Of(type), Name(type), Uses.Of(image, metadata, type)))
            {
                yield return dependency;
            }
            foreach (MethodDefinitionHandle method in metadata.GetTypeDefinition(type).GetMethods())
            {
                foreach (Dependency dependency in From(folders.Of(method), Name(method), Uses.Of(image, metadata, method)))
                {
                    yield return dependency;
                }
            }
        }
    }

    private IEnumerable<Dependency> From(string? folder, string name, IEnumerable<EntityHandle> used)
    {
        if (folder == null)
        {
            yield break;
        }
        foreach (EntityHandle handle in used)
        {
            if (Place(handle) is string place)
            {
                yield return new Dependency(folder, place, $"{name} uses {Name(handle)}");
            }
        }
    }

    private string? Place(EntityHandle handle) =>
        handle.Kind switch
        {
            HandleKind.TypeDefinition => folders.Of((TypeDefinitionHandle)handle),
            HandleKind.MethodDefinition => folders.Of((MethodDefinitionHandle)handle),
            HandleKind.TypeReference => Place(metadata.GetTypeReference((TypeReferenceHandle)handle).ResolutionScope),
            HandleKind.AssemblyReference => metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)handle).Name),
            _ => null,
        };

    private string Name(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                TypeDefinition type = metadata.GetTypeDefinition((TypeDefinitionHandle)handle);
                string outer = type.GetDeclaringType().IsNil ? "" : Name(type.GetDeclaringType()) + "+";
                return outer + metadata.GetString(type.Name);
            case HandleKind.MethodDefinition:
                MethodDefinition method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return $"{Name(method.GetDeclaringType())}.{metadata.GetString(method.Name)}";
            default:
                return metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)handle).Name);
        }
    }
}
